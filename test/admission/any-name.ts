// Names for property tests: most of them valid, with every mark that decides what a part of a name is.
import fc from 'fast-check';

/** So that a run that fails can be had again; the generator's own default is another one each time. */
export const seed = 20_260_914;

const hex = (digits: number): string => 'c0ffee'.repeat(22).slice(0, digits);
const digests = [`sha256:${hex(64)}`, `sha384:${hex(96)}`, `sha512:${hex(128)}`];

/** Labels of hosts and parts of paths alike: what an upper-case letter or a dot makes of them is the question. */
const part = fc.constantFrom(
  'a',
  'app',
  'library',
  'docker',
  'localhost',
  'mirror',
  'b-c',
  'd__e',
  'f.g',
  '0',
  hex(64),
);

const host = fc.oneof(
  fc.constantFrom(
    'docker.io',
    'index.docker.io',
    'localhost',
    'registry.example.org',
    '[::1]',
    '[2001:DB8::7]',
  ),
  part,
  fc.array(part, { minLength: 2, maxLength: 3 }).map((labels) => labels.join('.')),
);

/** As somebody may write it: some letters, the first, or all in upper case. */
const inSomeCase = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.constantFrom(
        (each: string) => each,
        (each: string) => each.toUpperCase(),
        (each: string) => each.charAt(0).toUpperCase() + each.slice(1),
        (each: string) => each.slice(0, -1) + each.slice(-1).toUpperCase(),
      ),
    )
    .map(([each, change]) => change(each));

const registry = fc
  .tuple(inSomeCase(host), fc.constantFrom('', '', ':5000', ':443', ':'))
  .map(([name, port]) => `${name}${port}/`);

const path = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  // Around the longest that there may be, with and without what Docker Hub adds.
  fc.integer({ min: 240, max: 260 }).map((length) => 'p'.repeat(length)),
  fc.integer({ min: 240, max: 260 }).map((length) => `t/${'p'.repeat(length - 2)}`),
  inSomeCase(part),
);

const tag = fc.constantFrom('', '', ':latest', ':1.2', ':V_1-x', ':5000', `:${'t'.repeat(128)}`, ':');

const digest = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(...digests).map((each) => `@${each}`) },
);

/** Nine of ten are names; the others have a mistake somewhere. */
export const anyName: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(fc.constant(''), registry, registry), path, tag, digest)
  .map((parts) => parts.join(''));
