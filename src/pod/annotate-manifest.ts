// A pod's manifest as YAML for people: each security field says who decided it.
import { Document, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { JobSecurity } from '../security/job-security.ts';
import { type LayerDecision, nameDecision, type ResolvedContext } from '../security/layers.ts';
import type { PodManifest } from './manifest.ts';

/** Still a manifest that kubectl takes. */
export function annotateManifest(manifest: PodManifest, security: JobSecurity): string {
  const document = new Document(manifest, { aliasDuplicateObjects: false });
  const spec = document.get('spec');
  if (isMap(spec)) {
    annotateContext(spec, security.pod);
    for (const list of ['initContainers', 'containers']) {
      const containers = spec.get(list);
      for (const each of isSeq(containers) ? containers.items : []) annotateContainer(each, security);
    }
  }
  return document.toString({ lineWidth: 0 });
}

function annotateContainer(container: unknown, security: JobSecurity): void {
  if (!isMap(container)) return;
  const resolved = security.containers[String(container.get('name'))];
  if (resolved) annotateContext(container, resolved);
}

function annotateContext(owner: YAMLMap, { decisions }: ResolvedContext): void {
  const context = owner.get('securityContext');
  if (!isMap(context)) return;
  for (const pair of context.items as Pair<Scalar>[]) {
    const field = pair.key.value as string;
    if (field === 'capabilities' && isMap(pair.value)) {
      for (const list of pair.value.items as Pair<Scalar>[]) {
        annotate(list, decisions[`capabilities.${String(list.key.value)}`]);
      }
    } else annotate(pair, decisions[field]);
  }
}

/** Behind a simple value, above one of several lines. */
function annotate({ key, value }: Pair<Scalar>, decision: LayerDecision | undefined): void {
  if (!decision) return;
  const comment = ` ${nameDecision(decision)}`;
  if (isScalar(value)) value.comment = comment;
  else key.commentBefore = comment;
}
