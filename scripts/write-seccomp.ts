// The seccomp files for nodes, made of the runtimes' default filter: `npm run seccomp` writes them, a test holds them.
//
// The default is a template: which calls it allows depends on processor, kernel and capabilities. A file on a node is taken as it is;
// a runtime would pass over those conditions and allow, among others, all that is for CAP_SYS_ADMIN. So they are resolved here.
import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

interface Condition {
  readonly arches?: readonly string[];
  readonly caps?: readonly string[];
  readonly minKernel?: string;
}

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly object[];
  readonly errnoRet?: number;
  readonly includes?: Condition;
  readonly excludes?: Condition;
}

/** seccomp/default.json of moby/profiles. */
export interface FilterTemplate {
  readonly defaultAction: string;
  readonly defaultErrnoRet: number;
  readonly archMap: readonly {
    readonly architecture: string;
    readonly subArchitectures: readonly string[];
  }[];
  readonly syscalls: readonly Rule[];
}

/** LinuxSeccomp of the OCI runtime specification. */
interface Filter {
  readonly defaultAction: string;
  readonly defaultErrnoRet: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly Omit<Rule, 'includes' | 'excludes'>[];
}

/** By the name of a file: the calls that it allows beside the default ones. */
export const addedCalls: Readonly<Record<string, readonly string[]>> = {
  // What a container gets that asks for RuntimeDefault, to compare with.
  'runtime-default': [],
  // A user and a mount namespace of one's own, and what to put into it: what buildah does for each RUN.
  'image-build': ['mount', 'umount2', 'unshare'],
  // podman makes its namespaces with clone.
  'image-build-podman': ['clone', 'mount', 'umount2', 'unshare'],
};

/** Processors, as the template calls them, and as their filters do. Kubernetes runs on others, too; nobody has tried this there. */
const arches = ['amd64', 'x86', 'x32', 'arm64', 'arm'];
const families = ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'];
/** buildah runs RUN in a chroot. */
const capabilities = ['CAP_SYS_CHROOT'];

function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  const kept = Object.entries(object).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}

export function resolveFilter(template: FilterTemplate, added: readonly string[]): Filter {
  const { defaultAction, defaultErrnoRet, archMap, syscalls } = template;
  const [everywhere, ...rest] = syscalls.filter(isMeant);
  if (everywhere === undefined || everywhere.args !== undefined || everywhere.action !== 'SCMP_ACT_ALLOW')
    throw new Error('the template does not begin with what is always allowed');
  const names = [...new Set([...everywhere.names, ...added])].sort();
  return {
    defaultAction,
    defaultErrnoRet,
    architectures: archMap
      .filter(({ architecture }) => families.includes(architecture))
      .flatMap(({ architecture, subArchitectures }) => [architecture, ...subArchitectures]),
    syscalls: [{ ...everywhere, names }, ...rest].map((rule) => without(rule, 'includes', 'excludes')),
  };
}

/** Every Linux that has user namespaces for pods is newer than any `minKernel` of the template. */
function isMeant({ includes = {}, excludes = {} }: Rule): boolean {
  if ((excludes.arches ?? []).some((arch) => arches.includes(arch))) return false;
  const { arches: only = arches, caps: needed = [] } = includes;
  if (!only.some((arch) => arches.includes(arch))) return false;
  if (!needed.every((capability) => capabilities.includes(capability))) return false;
  return !(excludes.caps ?? []).some((capability) => capabilities.includes(capability));
}

/** One call a line, so that a difference between two files is as long as it is large. */
const filterText = (filter: Filter): string => `${JSON.stringify(filter, null, 2)}\n`;

/** The same filters as objects of the Security Profiles Operator, which has no `defaultErrnoRet`: 1 is what runtimes take then. */
function operatorText(filters: Readonly<Record<string, Filter>>): string {
  const documents = Object.entries(filters).map(([name, filter]) =>
    stringify(
      {
        apiVersion: 'security-profiles-operator.x-k8s.io/v1',
        kind: 'SeccompProfile',
        metadata: { name },
        spec: without(filter, 'defaultErrnoRet'),
      },
      { lineWidth: 0 },
    ),
  );
  return [operatorHead, ...documents].join('---\n');
}

const operatorHead = `# The filters of config/kubernetes/seccomp for the Security Profiles Operator, 1.0 or newer, in place of the DaemonSet there
# (older ones write \`errnoRet\` as a text, which runtimes do not read). In the policy, the file is then called
# operator/image-build.json. Written by \`npm run seccomp\`; that the operator takes it was not tried.
`;

/** Every file by its path from the top of the repository. */
export function seccompTexts(): Readonly<Record<string, string>> {
  const template = JSON.parse(
    readFileSync(new URL('seccomp/moby-default.json', import.meta.url), 'utf8'),
  ) as FilterTemplate;
  const filters = Object.fromEntries(
    Object.entries(addedCalls).map(([name, added]) => [name, resolveFilter(template, added)]),
  );
  const forNodes = without(filters, 'runtime-default');
  const files = Object.entries(filters).map(([name, filter]) => [
    `config/kubernetes/seccomp/${name}.json`,
    filterText(filter),
  ]);
  return {
    ...(Object.fromEntries(files) as Record<string, string>),
    'config/kubernetes/security-profiles-operator.yaml': operatorText(forNodes),
  };
}

if (import.meta.main)
  for (const [path, text] of Object.entries(seccompTexts()))
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
