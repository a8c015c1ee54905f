// The text of DOCKER_AUTH_CONFIG: what of it opens which registry, and what of it nobody can use. Source of the format:
// docker/cli, cli/config/configfile. Docker and GitLab Runner drop the whole text for one bad entry; here the others count.
import { readDockerAuth } from './docker-auth.ts';
import { readRegistryAddress } from './registry-address.ts';

export interface DockerConfig {
  /** Each address once; the first of several spellings, in the order of their names as with GitLab Runner. */
  readonly entries: readonly { readonly address: string; readonly auth: string }[];
  readonly faults: readonly CredentialFault[];
}

export interface CredentialFault {
  /** As written; null: it is about all of the text. */
  readonly registry: string | null;
  /** Follows "… are left out: "; no value of the text stands in it. */
  readonly why: string;
}

/** Linux hands a program no longer text in its environment, and there GitLab Runner puts this one. */
const maxBytes = 128 * 1024;

/** Several times what anybody was seen to use; each becomes a line of a Secret. */
const maxRegistries = 100;

export function readDockerConfig(text: string): DockerConfig {
  if (text.trim() === '') return { entries: [], faults: [] };
  const fault = (why: string): DockerConfig => ({ entries: [], faults: [{ registry: null, why }] });
  if (Buffer.byteLength(text) > maxBytes) return fault(`it is longer than ${maxBytes / 1024} KiB`);
  const config = parse(text);
  if (config === undefined) return fault(explainNoJson(text));
  if (!isRecord(config)) return fault('it is no JSON object');
  const helpers = faultsOfHelpers(config);
  const { auths } = config;
  if (auths === undefined && helpers.length > 0) return { entries: [], faults: helpers };
  if (auths === undefined) return fault('it has no `auths`');
  if (!isRecord(auths)) return fault('its `auths` is no object');
  const { entries, faults } = readEntries(auths, helpers.length > 0);
  return { entries, faults: [...faults, ...helpers] };
}

/** @param isEmptied `docker login` leaves an empty entry for what it put into a credential store */
function readEntries(auths: Readonly<Record<string, unknown>>, isEmptied: boolean): DockerConfig {
  const written = Object.keys(auths).sort();
  const faults: CredentialFault[] = [];
  const entries = new Map<string, { readonly address: string; readonly auth: string }>();
  for (const registry of written.slice(0, maxRegistries)) {
    const entry = auths[registry];
    if (isEmptied && isRecord(entry) && Object.keys(entry).length === 0) continue;
    const address = readRegistryAddress(registry);
    const { auth, fault } = readDockerAuth(entry);
    if (address === null) faults.push({ registry, why: 'that is no address of a registry' });
    else if (fault !== undefined) faults.push({ registry, why: fault });
    else if (!entries.has(address.toLowerCase())) entries.set(address.toLowerCase(), { address, auth });
  }
  const rest = written.length - maxRegistries;
  if (rest > 0)
    faults.push({ registry: null, why: `it has more than ${maxRegistries} entries; ${rest} are not used` });
  return { entries: [...entries.values()], faults };
}

/** They are programs beside Docker on the machine that the text was copied from. */
function faultsOfHelpers({ credHelpers, credsStore }: Readonly<Record<string, unknown>>): CredentialFault[] {
  const why = 'runs a credential helper, and for a job none runs here: write `auth` instead';
  const registries = isRecord(credHelpers) ? Object.keys(credHelpers).slice(0, maxRegistries) : [];
  return [
    ...registries.map((registry) => ({ registry, why: `\`credHelpers\` ${why}` })),
    ...(credsStore ? [{ registry: null, why: `\`credsStore\` ${why}` }] : []),
  ];
}

function explainNoJson(text: string): string {
  if (/^\/\S+$/.test(text.trim()))
    return 'it is a path, not JSON: a variable that mentions one of type file gets its path, so make DOCKER_AUTH_CONFIG itself of type file';
  if (/^ey[\w+/=\s-]+$/.test(text))
    return 'it is not JSON, but seems to be base64 of it: give the JSON itself';
  return 'it is not JSON';
}

/** undefined: it is no JSON. V8's message quotes the text, and the text holds passwords. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
