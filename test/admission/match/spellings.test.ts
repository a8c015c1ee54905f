import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellingsOf } from '../../../src/admission/match/spellings.ts';
import { parseImageReference } from '../../../src/admission/parse-image-reference.ts';
import { anyName, seed } from '../any-name.ts';

const digest = `sha256:${'a'.repeat(64)}`;
/** The id of an image, where nothing stands around it. */
const id = 'b'.repeat(64);

/** Without the registry, such a path would name one itself. */
const hubOnly = (rest: string) => [`docker.io/${rest}`, `index.docker.io/${rest}`];

describe('spellingsOf', () => {
  it.each([
    [
      'python:3',
      [
        'python:3',
        'library/python:3',
        'docker.io/python:3',
        'index.docker.io/python:3',
        'docker.io/library/python:3',
        'index.docker.io/library/python:3',
      ],
    ],
    ['bitnami/redis:7', ['bitnami/redis:7', 'docker.io/bitnami/redis:7', 'index.docker.io/bitnami/redis:7']],
    ['registry.example.org/x', ['registry.example.org/x', 'registry.example.org/x:latest']],
    ['registry.example.org/x:latest', ['registry.example.org/x:latest', 'registry.example.org/x']],
    ['Registry.Example.org/x:1', ['Registry.Example.org/x:1']],
    ['MIRROR/x:1', ['MIRROR/x:1']],
    ['docker.io/registry.example.org/x:1', hubOnly('registry.example.org/x:1')],
    ['docker.io/localhost/x:1', hubOnly('localhost/x:1')],
    [
      `docker.io/${id}:1`,
      [
        `docker.io/${id}:1`,
        `${id}:1`,
        `library/${id}:1`,
        `index.docker.io/${id}:1`,
        `docker.io/library/${id}:1`,
        `index.docker.io/library/${id}:1`,
      ],
    ],
    [`r.test/x:1@${digest}`, [`r.test/x:1@${digest}`, `r.test/x@${digest}`]],
    [`r.test/x@${digest}`, [`r.test/x@${digest}`]],
  ])('finds that %s is also written %j', (name, expected) => {
    expect(spellingsOf(parseImageReference(name).reference!)).toEqual(expected);
  });

  it('never makes the id of an image', () => {
    expect(spellingsOf(parseImageReference(`docker.io/library/${id}`).reference!)).not.toContain(id);
  });

  it('makes only spellings of one image', () => {
    // Beside a digest a tag decides nothing.
    const imageOf = (name: string) => {
      const { registry, path, tag, digest } =
        parseImageReference(name).reference ?? expect.fail(`${name} is no name`);
      return { registry, path, content: digest ?? tag ?? 'latest' };
    };

    fc.assert(
      fc.property(anyName, (name) => {
        const { reference } = parseImageReference(name);
        fc.pre(reference !== undefined);

        const spellings = spellingsOf(reference);
        expect(spellings[0]).toBe(name);
        for (const each of spellings) expect(imageOf(each)).toEqual(imageOf(name));
      }),
      { seed, numRuns: 5000 },
    );
  });
});
