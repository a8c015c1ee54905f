// Job files that try to grow on the runner's machine. Some numbers make a job; a search turns them to where most comes out of what
// goes in. The same seed makes the same jobs.

/** A job of GitLab's is far smaller; what its scripts are made of is nobody's to expand. */
const maxJobFileBytes = 1024 * 1024;

const genes = [
  'variables',
  'references',
  'filler',
  'depth',
  'services',
  'aliases',
  'aliasLength',
  'own',
  'ownReferences',
  'ownFiller',
  'words',
  'wordLength',
  'nameLength',
  'userReferences',
  'pullPolicies',
  'credentials',
  'credentialLength',
  'keyLength',
] as const;

type Gene = (typeof genes)[number];
type Genes = Readonly<Record<Gene, number>>;

/** Characters that something of ours makes longer: JSON, YAML, the kubelet's `$$`, base64, a log without control characters. */
const characters = [
  'x',
  '$',
  '"',
  '\\',
  '\u0001',
  '\u001b',
  '\n',
  'é',
  '😀',
  '\u2028',
  '%',
  '{image}',
  '_',
  '.',
];

/** What a number cannot say. */
interface Taste {
  readonly character: string;
  readonly isPublic: boolean;
  readonly isMalformed: boolean;
  readonly isImageRefused: boolean;
  /** It stays below what a job may have of each thing, and asks for nothing that is refused: it gets a pod. */
  readonly isModest: boolean;
}

export interface Shape {
  readonly genes: Genes;
  readonly taste: Taste;
}

/** Mulberry32: the same numbers on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of anything: 128 Ki. */
const most = 2 ** 17;

/** Small ones as often as large ones. */
const upToMost = (random: () => number): number => Math.floor(most ** random()) - 1;

export function randomShape(random: () => number): Shape {
  const number = (): number => (random() < 0.3 ? 0 : upToMost(random));
  return {
    genes: Object.fromEntries(genes.map((gene) => [gene, number()])) as Genes,
    taste: randomTaste(random),
  };
}

function randomTaste(random: () => number): Taste {
  return {
    character: characters[Math.floor(random() * characters.length)] ?? 'x',
    isPublic: random() < 0.8,
    isMalformed: random() < 0.02,
    isImageRefused: random() < 0.3,
    isModest: random() < 0.7,
  };
}

/** A step from a shape that did well. */
export function mutate({ genes: from, taste }: Shape, random: () => number): Shape {
  const changed = Object.entries(from).map(([gene, number]) => {
    const dice = random();
    if (dice < 0.7) return [gene, number];
    if (dice < 0.8) return [gene, Math.min(number * 2 + 1, most)];
    if (dice < 0.9) return [gene, Math.floor(number / 2)];
    return [gene, upToMost(random)];
  });
  return {
    genes: Object.fromEntries(changed) as Genes,
    taste: random() < 0.3 ? randomTaste(random) : taste,
  };
}

/** The changes to a job; smaller numbers of the same kind where they would be too long. */
export function jobOf({ genes: wanted, taste }: Shape): object {
  for (let scale = 1; ; scale *= 0.7) {
    const scaled = Object.fromEntries(
      Object.entries(wanted).map(([gene, number]) => [gene, Math.floor(number * scale)]),
    ) as Genes;
    if (roughLength(scaled) > 2 * maxJobFileBytes) continue;
    const job = jobWith(scaled, taste);
    if (Buffer.byteLength(JSON.stringify(job)) <= maxJobFileBytes) return job;
  }
}

/** Enough to keep a test from building what it throws away. */
function roughLength(it: Genes): number {
  const perService =
    it.aliases * (it.aliasLength + 2) +
    it.own * (it.ownReferences * 3 + it.ownFiller + it.keyLength + 40) +
    it.words * (it.wordLength + 3) +
    it.nameLength +
    it.userReferences * 3 +
    it.pullPolicies * 3 +
    40;
  return (
    it.variables * (it.references * (it.keyLength + 4) + it.filler + it.keyLength + 40) +
    it.services * perService +
    it.credentials * (2 * it.credentialLength + 60) +
    perService
  );
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

function jobWith(wanted: Genes, taste: Taste): object {
  const it = taste.isModest ? modest(wanted) : wanted;
  const { character, isPublic, isMalformed, isImageRefused } = taste.isModest
    ? { ...taste, isMalformed: false, isImageRefused: false }
    : taste;
  // V0 refers to V1, that to V2, and the last ones are text.
  const key = (index: number): string => `V${index}${'K'.repeat(index > 0 ? it.keyLength : 0)}`;
  const depth = 1 + (it.depth % 6);
  const variables = times(it.variables, (index) => ({
    key: key(index),
    value:
      index % depth === depth - 1 ? character.repeat(it.filler) : `$${key(index + 1)}`.repeat(it.references),
    public: isPublic,
  }));
  const image = {
    name: isImageRefused ? `evil/${character.repeat(it.nameLength)}` : 'ruby:3.4',
    pull_policy: times(it.pullPolicies, () => 'x'),
    executor_opts: { kubernetes: { user: '$V0'.repeat(it.userReferences) } },
  };
  const service = {
    ...image,
    alias: times(it.aliases, (index) => `${aliasStart(it, taste)}${index}`).join(' '),
    command: times(it.words, () => character.repeat(it.wordLength)),
    variables: times(it.own, (index) => ({
      key: `O${index}${'K'.repeat(it.keyLength)}`,
      value: '$V0'.repeat(it.ownReferences) + character.repeat(it.ownFiller),
    })),
  };
  return {
    image,
    variables: [...variables, ...(isMalformed ? times(it.variables, () => ({})) : [])],
    services: times(it.services, () => service),
    credentials: times(it.credentials, (index) => ({
      type: 'registry',
      url: `r${index}.example.org`,
      username: 'u',
      password: character.repeat(it.credentialLength),
    })),
  };
}

function aliasStart({ aliasLength }: Genes, { character, isModest }: Taste): string {
  return isModest ? 'a'.repeat(Math.min(aliasLength, 240)) : character.repeat(aliasLength);
}

function modest(it: Genes): Genes {
  const services = Math.min(it.services, 32);
  const each = (most: number): number => Math.floor(most / Math.max(1, services));
  return {
    ...it,
    services,
    aliases: Math.min(it.aliases, each(256)),
    own: Math.min(it.own, each(1000)),
    words: Math.min(it.words, 1000),
    wordLength: Math.min(it.wordLength, each(100_000) / Math.max(1, Math.min(it.words, 1000))),
    ownReferences: it.ownReferences % 3,
    ownFiller: Math.min(it.ownFiller, each(100)),
    keyLength: Math.min(it.keyLength, 230),
    userReferences: 0,
    pullPolicies: 0,
  };
}
