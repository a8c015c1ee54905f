// The credentials that a pod's pull secrets have for a registry.
import type { Pod } from '../pod/pod.ts';
import type { Store } from '../store/store.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >;
}

/** @param image its full name */
export function pullCredentials(store: Store, pod: Pod, image: string): Credentials[] {
  const registry = image.slice(0, image.indexOf('/'));
  const { namespace = '' } = pod.metadata;
  return (pod.spec.imagePullSecrets ?? []).flatMap(({ name = '' }) => {
    const secret = store.get({ resource: 'secrets', namespace, name });
    const encoded = (secret?.['data'] as Record<string, string> | undefined)?.['.dockerconfigjson'];
    return encoded === undefined ? [] : entriesFor(registry, Buffer.from(encoded, 'base64').toString('utf8'));
  });
}

function entriesFor(registry: string, text: string): Credentials[] {
  const { auths = {} } = JSON.parse(text) as DockerConfig;
  return Object.entries(auths)
    .filter(([host]) => hostOf(host) === registry)
    .map(([, { auth, username = '', password = '' }]) =>
      auth === undefined ? { username, password } : decode(auth),
    );
}

/** Docker writes its hub as a URL. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}

function decode(auth: string): Credentials {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return { username: text.slice(0, at), password: text.slice(at + 1) };
}
