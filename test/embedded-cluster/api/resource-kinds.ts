// The kinds of objects that this server keeps, and what it does to them on their way in.
import { badRequest } from './status.ts';

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
  { resource: 'events', kind: 'Event', namespaced: true, admit: (object) => object },
  { resource: 'namespaces', kind: 'Namespace', namespaced: false, admit: (object) => object },
  { resource: 'nodes', kind: 'Node', namespaced: false, admit: (object) => object },
];

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
  return { type: 'Opaque', ...secret, data };
}
