// What a job of a profile may do towards building container images, tried in its build container: which tools that comes to, and
// what is in the way of the others.
import type { Cluster } from '../../cluster/cluster.ts';
import { tryNesting } from '../../in-container/commands.ts';
import { buildContainer } from '../../layout/container-names.ts';
import { buildImagesPage } from '../../layout/docker-daemon.ts';
import { homeDirectory } from '../../layout/paths.ts';
import { askContainer } from '../../stream/ask-container.ts';
import { plainLine } from '../../text/plain-text.ts';
import { shortList } from '../../text/short-list.ts';
import { type DoctorFinding, ok, skip, warn } from '../doctor-finding.ts';
import { type NestingStep, nestingSteps, remediesForNesting, storageDirectory } from './nesting-remedies.ts';

export interface ImageBuildsInput {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string };
  readonly profile: string;
  readonly signal: AbortSignal;
}

const checks = { nesting: 'nesting', builds: 'image builds' } as const;

/** The longest of its waits is 9 s. */
const tryMilliseconds = 30_000;
/** Ten lines of a few words. */
const maxAnswerBytes = 8192;
const answered = 'answered';

/** What files of an image ask of whoever unpacks it in place, with their bits: capabilities(7), linux/capability.h. */
const kanikoNeeds = { CHOWN: 0n, DAC_OVERRIDE: 1n, FOWNER: 3n, SETGID: 6n, SETUID: 7n };

export const imageBuildsNotTried = (why: string): DoctorFinding[] => [
  skip(checks.nesting, why),
  skip(checks.builds, why),
];

export const isOfImageBuilds = ({ check }: DoctorFinding): boolean => check === checks.nesting;

/** Never throws for what the pod answers. @throws at Ctrl-C */
export async function checkImageBuilds(request: ImageBuildsInput): Promise<DoctorFinding[]> {
  const { cluster, pod, signal, profile } = request;
  const { text, end, isProven } = await askContainer({
    ...{ cluster, pod, container: buildContainer, signal },
    command: tryNesting(storageDirectory, homeDirectory),
    ...{ maxBytes: maxAnswerBytes, proof: answered, milliseconds: tryMilliseconds },
  });
  signal.throwIfAborted();
  if (!isProven)
    return imageBuildsNotTried(
      `not tried: ${end.kind === 'exited' ? `exit code ${end.code}` : plainLine(end.message)}`,
    );
  return evaluate(factsIn(text), profile);
}

interface Facts {
  readonly isRoot: boolean;
  readonly lacking: readonly string[];
  readonly isFiltered: boolean;
  /** Of AppArmor or SELinux; empty: neither. */
  readonly label: string;
  readonly storage: string;
  /** null: it can be done. */
  readonly refusal: (step: NestingStep | 'pivot_root') => string | null;
}

function factsIn(text: string): Facts {
  const of = (name: string): string =>
    plainLine(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length + 1)
        .trim() ?? '',
    );
  const capabilities = of('CapEff:');
  const held = BigInt(/^[\da-f]+$/.test(capabilities) ? `0x${capabilities}` : 0);
  return {
    isRoot: of('Uid:') === '0',
    lacking: Object.entries(kanikoNeeds).flatMap(([name, bit]) => ((held >> bit) & 1n ? [] : [name])),
    isFiltered: of('Seccomp:') !== '0',
    label: of('label'),
    storage: of('storage'),
    refusal: (step) => (of(step) === 'ok' ? null : of(step) || 'no answer'),
  };
}

function evaluate(facts: Facts, profile: string): DoctorFinding[] {
  const refused = nestingSteps.find((step) => facts.refusal(step) !== null);
  const nesting =
    refused === undefined
      ? ok(checks.nesting, `a user namespace with all ids, mounts, an overlay in ${facts.storage}`)
      : warn(
          checks.nesting,
          `${refused}: ${facts.refusal(refused) ?? ''}`,
          ...remediesForNesting(refused, facts),
        );
  const builders = buildersFor(facts);
  const row = `in profile ${profile}: ${builders.map(({ name, verdict }) => `${name} ${verdict}`).join(' | ')}`;
  return [
    nesting,
    builders.some(({ verdict }) => verdict.startsWith('yes'))
      ? ok(checks.builds, row)
      : warn(checks.builds, row, {
          text: `Jobs of this profile build no image from a Dockerfile with RUN. ${buildImagesPage} says what each tool needs.`,
        }),
  ];
}

interface Builder {
  readonly name: string;
  readonly verdict: string;
}

function buildersFor(facts: Facts): readonly Builder[] {
  const nests = nestingVerdict(facts);
  const canBuild = nests.startsWith('yes');
  const pivot = facts.refusal('pivot_root');
  return [
    { name: 'kaniko', verdict: kanikoVerdict(facts) },
    { name: 'buildah', verdict: nests },
    // Its namespaces are made by clone, which no shell can try.
    { name: 'podman', verdict: canBuild && facts.isFiltered ? 'only if the filter allows clone' : nests },
    { name: 'BuildKit', verdict: canBuild && pivot !== null ? `no (pivot_root: ${pivot})` : nests },
  ];
}

function kanikoVerdict({ isRoot, lacking }: Facts): string {
  if (!isRoot) return 'no (not root)';
  return lacking.length === 0 ? 'yes' : `no (lacks ${shortList(lacking)})`;
}

/** Storage without an overlay copies whole images, and works. */
function nestingVerdict({ refusal, isRoot }: Facts): string {
  if (!isRoot) return 'no (not root)';
  const refused = nestingSteps.find((step) => refusal(step) !== null);
  if (refused === undefined) return 'yes';
  return refused === 'overlay' ? 'yes, with STORAGE_DRIVER=vfs' : `no (${refused}: ${refusal(refused)})`;
}
