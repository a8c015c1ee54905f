// The kinds of objects that this server keeps, and what it does to them on their way in.
import { badRequest, invalid } from './status.ts';

export interface ResourceKind {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Checks and completes what a client sent. @throws ApiRefusal */
  readonly admit: (object: Record<string, unknown>) => Record<string, unknown>;
}

/** Kinds without rules of their own; pods come from pod/. */
export const plainKinds: readonly ResourceKind[] = [
  { resource: 'secrets', kind: 'Secret', namespaced: true, admit: admitSecret },
  { resource: 'configmaps', kind: 'ConfigMap', namespaced: true, admit: (object) => object },
  {
    resource: 'persistentvolumeclaims',
    kind: 'PersistentVolumeClaim',
    namespaced: true,
    admit: (object) => ({ ...object, status: { phase: 'Pending' } }),
  },
  { resource: 'events', kind: 'Event', namespaced: true, admit: (object) => object },
  { resource: 'namespaces', kind: 'Namespace', namespaced: false, admit: (object) => object },
  { resource: 'nodes', kind: 'Node', namespaced: false, admit: (object) => object },
];

const maxSecretBytes = 1024 * 1024;
const maxKeyLength = 253;

/** stringData is written, never read. */
function admitSecret({ stringData, ...secret }: Record<string, unknown>): Record<string, unknown> {
  const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(
    ([key, value]) => [key, Buffer.from(value).toString('base64')] as const,
  );
  const data = { ...(secret['data'] as Record<string, string> | undefined), ...Object.fromEntries(encoded) };
  for (const value of Object.values(data)) {
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/\n]*=*$/.test(value))
      throw badRequest(
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
      );
  }
  checkSecretData(nameOf(secret), data);
  return { type: 'Opaque', ...secret, data };
}

/** In the API server's words. @throws ApiRefusal 422 */
function checkSecretData(name: string, data: Readonly<Record<string, string>>): void {
  const causes = Object.keys(data).flatMap((key) =>
    keyFaults(key).map((why) => ({
      reason: 'FieldValueInvalid',
      field: `data[${key}]`,
      message: `Invalid value: ${JSON.stringify(key)}: ${why}`,
    })),
  );
  const size = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  if (size > maxSecretBytes)
    causes.push({
      reason: 'FieldValueTooLong',
      field: 'data',
      message: `Too long: may not be more than ${maxSecretBytes} bytes`,
    });
  if (causes.length > 0) throw invalid('Secret', name, causes);
}

function keyFaults(key: string): string[] {
  return [
    ...(key.length > maxKeyLength ? [`must be no more than ${maxKeyLength} characters`] : []),
    ...(/^[-._a-zA-Z0-9]+$/.test(key)
      ? []
      : ["a valid config key must consist of alphanumeric characters, '-', '_' or '.'"]),
    ...(key === '.' ? ["must not be '.'"] : key.startsWith('..') ? ["must not start with '..'"] : []),
  ];
}

function nameOf({ metadata }: Readonly<Record<string, unknown>>): string {
  return (metadata as { readonly name?: string } | undefined)?.name ?? '';
}
