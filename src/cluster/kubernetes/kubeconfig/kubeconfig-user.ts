// Which user entries of a kubeconfig can be used: kubectl's own rules (client-go, tools/clientcmd/validation.go), and what we do not
// support. Asked by prepare, before a job starts, and again by each process that reads the entry.
import { plainLine } from '../../../text/plain-text.ts';
import { asEntry, type Entry, entryText } from './kubeconfig.ts';

const pluginVersions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const modes = ['Never', 'IfAvailable', 'Always'];

/** Null, and what holds nothing, says as little as a key that is not there. */
export function isFilled(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '';
}

/** As in kubectl, a token or a certificate of the entry's own is used instead of its plugin, which then never runs. */
export function asksPlugin({ exec, ...entry }: Entry): boolean {
  return isPresent(exec) && !['token', 'tokenFile', ...certificateFields].some((key) => isFilled(entry[key]));
}

export const certificateFields = ['client-certificate', 'client-certificate-data'] as const;
const keyFields = ['client-key', 'client-key-data'] as const;

/** Clauses after the user's name, all of them; empty: it can be used. */
export function findUserFaults(entry: Entry): readonly string[] {
  return [...unsupported(entry), ...certificateFaults(entry), ...pluginFaults(entry)];
}

function unsupported(entry: Entry): readonly string[] {
  const faults: string[] = [];
  if (isFilled(entry['username']) || isFilled(entry['password'])) {
    faults.push(
      'has a password. API servers know none since Kubernetes 1.19: use a token or a client certificate',
    );
  }
  // Left out in silence, it would act with more rights than the operator meant.
  if (Object.keys(entry).some((key) => (key === 'as' || key.startsWith('as-')) && isFilled(entry[key]))) {
    faults.push(
      'impersonates somebody (`as`), which is not supported: give the runner an account of its own (config/rbac.yaml)',
    );
  }
  if (isPresent(entry['auth-provider'])) {
    faults.push(
      'has an `auth-provider`. Kubernetes replaced these by credential plugins (`exec`): use one, a token file or a client certificate',
    );
  }
  return faults;
}

function certificateFaults(entry: Entry): readonly string[] {
  const hasKey = keyFields.some((key) => isFilled(entry[key]));
  if (!certificateFields.some((key) => isFilled(entry[key]))) {
    // Beside something else kubectl passes over it, and so do we.
    const hasMore = ['token', 'tokenFile'].some((key) => isFilled(entry[key])) || isPresent(entry['exec']);
    return hasKey && !hasMore ? ['has the key of a client certificate, and no certificate'] : [];
  }
  const faults = [certificateFields, keyFields]
    .filter((pair) => pair.every((key) => isFilled(entry[key])))
    .map(([file, data]) => `has both \`${file}\` and \`${data}\`: leave one of them out`);
  return hasKey ? faults : [...faults, 'has a client certificate without its key'];
}

function pluginFaults(entry: Entry): readonly string[] {
  if (!isPresent(entry['exec'])) return [];
  const spec = asEntry(entry['exec']);
  const faults: string[] = [];
  if (entryText(spec, 'command') === '') faults.push('has a credential plugin without a `command`');
  const version = entryText(spec, 'apiVersion');
  if (!pluginVersions.includes(version)) {
    faults.push(
      `has a credential plugin whose \`apiVersion\` is "${plainLine(version)}"; ${pluginVersions.join(' and ')} are known`,
    );
  }
  const mode = entryText(spec, 'interactiveMode');
  if (!modes.includes(mode) && !(mode === '' && version === pluginVersions[1])) {
    faults.push(
      `has a credential plugin whose \`interactiveMode\` is "${plainLine(mode)}"; set it to Never or IfAvailable`,
    );
  }
  if (mode === 'Always' && asksPlugin(entry)) {
    faults.push(
      'has a credential plugin that wants to ask a person (`interactiveMode: Always`), and nobody is there',
    );
  }
  const env = Array.isArray(spec['env']) ? spec['env'].map(asEntry) : [];
  if (env.some((one) => entryText(one, 'name') === ''))
    faults.push('has a credential plugin with a variable without a `name` in `env`');
  return faults;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
