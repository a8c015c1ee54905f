// Kubernetes' strategic merge for pods, on plain JSON: maps merge, lists of named things merge by their key, other lists are
// replaced. Source: `patchMergeKey` in Kubernetes, staging/src/k8s.io/api/core/v1/types.go.

type Json = Readonly<Record<string, unknown>>;

/** Field names are unambiguous within a PodTemplateSpec. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  env: 'name',
  hostAliases: 'ip',
  imagePullSecrets: 'name',
  initContainers: 'name',
  ports: 'containerPort',
  resourceClaims: 'name',
  schedulingGates: 'name',
  topologySpreadConstraints: 'topologyKey',
  volumeDevices: 'devicePath',
  volumeMounts: 'mountPath',
  volumes: 'name',
};

/**
 * One thing of several kinds: two of them merged would be two kinds at once, which Kubernetes refuses. It knows that of volumes
 * (`retainKeys`); a variable with a value and a place that the value comes from is one of them, too.
 */
const replacedWhole = new Set(['env', 'volumes']);

/**
 * Lists that add up, where Kubernetes replaces: `hostnames` are the services' names, and `envFrom` brings the job's variables to
 * its services; a template must not undo them.
 */
const unions = new Set(['envFrom', 'hostnames']);

/** `null` in the patch takes a field away. Neither argument is changed. */
export function strategicMerge(base: Json, patch: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(patch)) {
    merged[field] = value === null ? undefined : mergeField(field, base[field], value);
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined));
}

function mergeField(field: string, ours: unknown, theirs: unknown): unknown {
  if (isMap(theirs)) return strategicMerge(isMap(ours) ? ours : {}, theirs);
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return theirs;
  if (unions.has(field)) return [...new Set([...(ours as unknown[]), ...(theirs as unknown[])])];
  const key = mergeKeys[field];
  return key === undefined ? theirs : mergeList(field, key, ours as Json[], theirs as Json[]);
}

/** Ours keep their order; what the patch brings comes after them. */
function mergeList(field: string, key: string, ours: readonly Json[], theirs: readonly Json[]): Json[] {
  const merged = [...ours];
  for (const item of theirs) {
    const index = merged.findIndex((each) => each[key] === item[key]);
    const own = merged[index];
    if (own === undefined) merged.push(item);
    else merged[index] = replacedWhole.has(field) ? item : strategicMerge(own, item);
  }
  return merged;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
