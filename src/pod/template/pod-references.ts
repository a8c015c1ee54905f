// Fields of the pod that a variable or a file can hold. Source: Kubernetes, the lists of the downward API in
// pkg/apis/core/validation/validation.go.
import { type Format, qualifiedName } from './schema/formats.ts';

const fieldsForFiles = ['metadata.name', 'metadata.namespace', 'metadata.uid'];
const fieldsForEnvironment = [
  ...fieldsForFiles,
  ...[
    'spec.nodeName',
    'spec.serviceAccountName',
    'status.hostIP',
    'status.hostIPs',
    'status.podIP',
    'status.podIPs',
  ],
];

/** A field of the pod that a variable can hold. */
export const environmentField = fieldOfPod(fieldsForEnvironment);
/** A field of the pod that a file of a volume can hold. */
export const fileField = fieldOfPod([...fieldsForFiles, 'metadata.annotations', 'metadata.labels']);

function fieldOfPod(known: readonly string[]): Format {
  return (value) => {
    if (typeof value !== 'string' || known.includes(value)) return null;
    const [, kind, key = ''] = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(value) ?? [];
    if (kind !== undefined) return qualifiedName(kind === 'labels' ? key : key.toLowerCase());
    return `must be one of ${known.join(', ')}, or metadata.labels['KEY'], metadata.annotations['KEY']`;
  };
}

const containerAmounts = ['cpu', 'memory', 'ephemeral-storage'];

/** An amount of a container, as `limits.memory`. */
export function containerAmount(value: string | number): string | null {
  const known = ['limits', 'requests'].flatMap((kind) => containerAmounts.map((name) => `${kind}.${name}`));
  if (typeof value !== 'string' || known.includes(value)) return null;
  return /^(limits|requests)\.hugepages-/.test(value) ? null : `must be one of ${known.join(', ')}`;
}
