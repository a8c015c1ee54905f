// What a pod_template may not say, found when the policy is loaded. What is ours in the pod keeps the executor's promises;
// everything else of a PodTemplateSpec is the operator's, and fields that we do not know are passed on untouched.
import { nearestName } from '../policy/nearest-name.ts';
import type { KeyPath, Problem } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';
import { checkSecurityFields } from '../security/security-fields.ts';
import { templateSpecPath } from '../security/template-contexts.ts';
import { checkTemplateContainers } from './check-template-containers.ts';
import { isControlVolume } from './control-volume.ts';
import { ownPrefix } from './labels.ts';
import type { PodTemplate } from './manifest.ts';

const path: KeyPath = ['pod_template'];

/** All problems at once; empty: the template can be merged. */
export function checkPodTemplate(template: PodTemplate): Problem[] {
  const spec = template['spec'] ?? {};
  const problems = [
    ...unknownKeys(template, path, ['metadata', 'spec']),
    ...metadataProblems(template['metadata'] ?? {}),
    ...directives(template, path),
  ];
  if (!isObject(spec)) return [...problems, { path: templateSpecPath, message: 'must be a PodSpec' }];
  return [
    ...problems,
    ...specProblems(spec),
    ...checkTemplateContainers(spec['containers'], 'containers'),
    ...checkTemplateContainers(spec['initContainers'], 'initContainers'),
    ...volumeProblems(spec['volumes']),
  ];
}

const always = (message: string) => (): string => message;
const onlyFalse =
  (message: string) =>
  (value: unknown): string | null =>
    value === false ? null : message;

/** Fields of the pod that are ours, or that would undo what the executor promises. */
const refusedInSpec: Readonly<Record<string, (value: unknown) => string | null>> = {
  activeDeadlineSeconds: always("is the executor's: it follows the job's timeout"),
  automountServiceAccountToken: onlyFalse(
    'may only be false: no job gets a token of the cluster. Mount a projected volume in the container that needs one',
  ),
  ephemeralContainers: always('cannot be part of a new pod'),
  hostIPC: onlyFalse('may only be false: it cannot go together with a user namespace'),
  hostNetwork: onlyFalse('may only be false: a job in the network of the node reaches what the node reaches'),
  hostPID: onlyFalse('may only be false: it cannot go together with a user namespace'),
  hostUsers: always("is the executor's: it is false for every job"),
  nodeName: always('would pass by the scheduler: use nodeSelector or affinity'),
  os: always('is not supported: only Linux has user namespaces'),
  restartPolicy: always("is the executor's: a job's containers run once"),
  shareProcessNamespace: always(
    "is the executor's: containers that see each other's processes can take each other's files",
  ),
};

function specProblems(spec: Readonly<Record<string, unknown>>): Problem[] {
  const refused = Object.entries(refusedInSpec).flatMap(([field, judge]) => {
    const message = field in spec ? judge(spec[field]) : null;
    return message ? [{ path: [...templateSpecPath, field], message }] : [];
  });
  const context = spec['securityContext'] ?? {};
  const at = [...templateSpecPath, 'securityContext'];
  if (!isObject(context)) return [...refused, { path: at, message: 'must be a map of security fields' }];
  return [...refused, ...checkSecurityFields(context, at, 'pod')];
}

function metadataProblems(metadata: unknown): Problem[] {
  const at = [...path, 'metadata'];
  if (!isObject(metadata)) return [{ path: at, message: 'must be a map with labels and annotations' }];
  const ofEntries = ['labels', 'annotations'].flatMap((kind) =>
    Object.entries(isObject(metadata[kind]) ? metadata[kind] : {}).flatMap(([key, value]) => {
      const message = entryProblem(key, value);
      return message ? [{ path: [...at, kind, key], message }] : [];
    }),
  );
  return [...unknownKeys(metadata, at, ['labels', 'annotations']), ...ofEntries];
}

function entryProblem(key: string, value: unknown): string | null {
  if (key.startsWith(ownPrefix) || key === 'app.kubernetes.io/managed-by') {
    return "is the executor's: pods are found and swept by it";
  }
  return typeof value === 'string' ? null : 'must be a text: put it in quotes';
}

function volumeProblems(volumes: unknown): Problem[] {
  const at = [...templateSpecPath, 'volumes'];
  if (volumes === undefined) return [];
  if (!Array.isArray(volumes)) return [{ path: at, message: 'must be a list' }];
  return volumes.flatMap((volume: unknown, index) => {
    if (!isObject(volume) || typeof volume['name'] !== 'string') {
      return [{ path: [...at, index], message: 'must be a volume with a name' }];
    }
    const problems: Problem[] = [];
    if (isControlVolume(volume['name'])) {
      problems.push({
        path: [...at, index, 'name'],
        message: "is the name of one of the executor's own volumes",
      });
    }
    if ('hostPath' in volume) problems.push({ path: [...at, index, 'hostPath'], message: noHostPath });
    return problems;
  });
}

const noHostPath =
  "is refused whatever the namespace allows: through an id-mapped mount the pod's root writes as root of the node";

/** kubectl's patch directives mean nothing in a template, and merged as fields they would surprise. */
function directives(value: unknown, at: KeyPath): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => directives(item, [...at, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    /^\$(patch|retainKeys|setElementOrder|deleteFromPrimitiveList)/.test(key)
      ? [
          {
            path: [...at, key],
            message: 'is a patch directive; pod_template is a PodTemplateSpec, where null takes a field away',
          },
        ]
      : directives(item, [...at, key]),
  );
}

function unknownKeys(
  value: Readonly<Record<string, unknown>>,
  at: KeyPath,
  known: readonly string[],
): Problem[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key) && !key.startsWith('$'))
    .map((key) => {
      const meant = nearestName(key, known);
      const message = `is not a key here; allowed: ${known.join(', ')}${meant ? `. Did you mean ${meant}?` : ''}`;
      return { path: [...at, key], message, isAboutKey: true };
    });
}
