// The credentials that a pod's pull secrets have for a registry. One entry that cannot be decoded, for whatever registry,
// keeps every image of the pod from being pulled (pkg/credentialprovider: config.go, secrets/secrets.go).
import type { Pod } from '../pod/pod.ts';
import type { Store } from '../store/store.ts';
import { decodeGoBase64 } from './go-base64.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface PullCredentials {
  readonly found: readonly Credentials[];
  /** Names of pull secrets that are not there. */
  readonly missing: readonly string[];
}

const typeOfSecret = 'kubernetes.io/dockerconfigjson';

/**
 * @param image its full name
 * @throws Error with the kubelet's words
 */
export function pullCredentials(store: Store, pod: Pod, image: string): PullCredentials {
  const registry = image.slice(0, image.indexOf('/'));
  const { namespace = '' } = pod.metadata;
  const names = (pod.spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  const secrets = names.map((name) => store.get({ resource: 'secrets', namespace, name }));
  return {
    missing: names.filter((_, index) => !secrets[index]),
    found: secrets.flatMap((secret) => {
      const encoded = (secret?.['data'] as Record<string, string> | undefined)?.['.dockerconfigjson'];
      return secret?.['type'] !== typeOfSecret || encoded === undefined
        ? []
        : entriesFor(registry, JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
    }),
  };
}

/** Every entry is decoded before one is looked for. */
function entriesFor(registry: string, config: unknown): Credentials[] {
  const { auths = {} } = objectOf(config, 'Go value of type credentialprovider.DockerConfigJSON');
  const entries = objectOf(
    auths,
    'Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
  );
  return Object.entries(entries)
    .map(([host, entry]) => [host, readEntry(entry)] as const)
    .filter(([host]) => hostOf(host) === registry)
    .map(([, credentials]) => credentials);
}

function readEntry(entry: unknown): Credentials {
  const fields = objectOf(
    entry,
    'Go struct field DockerConfigJSON.auths of type credentialprovider.dockerConfigEntryWithAuth',
  );
  const [username = '', password = '', auth = ''] = ['username', 'password', 'auth'].map((name) =>
    textOf(fields[name], name),
  );
  return auth === '' ? { username, password } : decode(auth);
}

/** Docker writes its hub as a URL. */
function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}

function decode(auth: string): Credentials {
  const text = decodeGoBase64(auth, auth.trim().endsWith('=')).toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) throw new Error('unable to parse auth field, must be formatted as base64(username:password)');
  return { username: text.slice(0, at), password: text.slice(at + 1) };
}

function objectOf(value: unknown, target: string): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error(`json: cannot unmarshal ${goTypeOf(value)} into ${target}`);
  return value as Readonly<Record<string, unknown>>;
}

function textOf(value: unknown, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw new Error(
    `json: cannot unmarshal ${goTypeOf(value)} into Go struct field DockerConfigJSON.auths.${name} of type string`,
  );
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
