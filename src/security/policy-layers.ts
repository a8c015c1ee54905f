// The layers by name, from the weakest to the strongest: default < pod_template < the job's request < enforced < ours. Within default
// and within enforced, what is said for one kind of container is the stronger one.
import { shippedDefaultContext, shippedEnforcedContext } from '../policy/schema/security-schema.ts';
import { isObject } from './field-values.ts';
import type { RequestedIds, SecurityInput } from './job-security.ts';
import type { Layer } from './layers.ts';
import type { ContextKind } from './security-fields.ts';
import { templateContainers, templatePodFields, templateSpecPath } from './template-contexts.ts';

type Contexts = SecurityInput['policy'];

/** A policy that says nothing has the very object that is shipped (policy/schema/security-schema.ts). */
const shippedMark = (isShipped: boolean): Pick<Layer, 'isShipped'> => (isShipped ? { isShipped } : {});

export const defaults = (policy: Contexts): Layer => ({
  source: 'default',
  path: ['default_security_context'],
  fields: policy.default_security_context,
  ...shippedMark(policy.default_security_context === shippedDefaultContext),
});
export const enforced = (policy: Contexts): Layer => ({
  source: 'enforced',
  path: ['enforced_security_context'],
  fields: policy.enforced_security_context,
  ...shippedMark(policy.enforced_security_context === shippedEnforcedContext),
});
/** kind: null for the pod, and for a container of the template's own. */
export const defaultsFor = (policy: Contexts, kind: ContextKind | null): Layer[] =>
  withKinds([defaults(policy), ...profileLayer(policy, 'default', 'default_security_context')], kind);
export const enforcedFor = (policy: Contexts, kind: ContextKind | null): Layer[] =>
  withKinds([enforced(policy), ...profileLayer(policy, 'enforced', 'enforced_security_context')], kind);

function profileLayer(
  { applied }: Contexts,
  source: Layer['source'],
  key: 'default_security_context' | 'enforced_security_context',
): Layer[] {
  const fields = applied?.[key];
  return fields === undefined ? [] : [{ source, path: ['profiles', applied?.name ?? '', key], fields }];
}

const withKinds = (layers: readonly Layer[], kind: ContextKind | null): Layer[] =>
  layers.flatMap((layer) => [layer, ...kindLayer(layer, kind)]);

function kindLayer({ source, path, fields }: Layer, kind: ContextKind | null): Layer[] {
  const own = kind === null ? undefined : fields[kind];
  return kind !== null && isObject(own) ? [{ source, path: [...path, kind], fields: own }] : [];
}
export const podTemplate = (policy: Contexts): Layer => ({
  source: 'template',
  path: [...templateSpecPath, 'securityContext'],
  fields: templatePodFields(policy.pod_template),
});
export const containerTemplate = (policy: Contexts, name: string): Layer[] =>
  templateContainers(policy.pod_template)
    .filter((container) => container.name === name)
    .map(({ path, securityContext }) => ({
      source: 'template',
      path: [...path, 'securityContext'],
      fields: securityContext,
    }));
export const jobLayer = ({ uid, gid, key }: RequestedIds): Layer => ({
  source: 'job',
  path: [key],
  fields: { runAsUser: uid, ...(gid === null ? {} : { runAsGroup: gid }) },
});

/** An init container of ours makes one directory or reads one file. */
export const initContainerLayer: Layer = {
  source: 'ours',
  path: [],
  fields: { allowPrivilegeEscalation: false, capabilities: { add: [], drop: ['ALL'] } },
};
