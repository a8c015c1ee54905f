import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { anyName, seed } from './any-name.ts';

const fixture = new URL('./fixtures/reference-names.json', import.meta.url);
const { names: known } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  names: Readonly<Record<string, string | null>>;
};

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
  it.each([
    ['python', 'docker.io', 'library/python', null, null, 'docker.io/library/python:latest'],
    ['python:3', 'docker.io', 'library/python', '3', null, 'docker.io/library/python:3'],
    ['a/b', 'docker.io', 'a/b', null, null, 'docker.io/a/b:latest'],
    ['index.docker.io/python', 'docker.io', 'library/python', null, null, 'docker.io/library/python:latest'],
    ['localhost/x', 'localhost', 'x', null, null, 'localhost/x:latest'],
    ['R.test:5000/a/b:T', 'R.test:5000', 'a/b', 'T', null, 'R.test:5000/a/b:T'],
    ['MIRROR/a', 'MIRROR', 'a', null, null, 'MIRROR/a:latest'],
    ['Docker.io/a', 'Docker.io', 'a', null, null, 'Docker.io/a:latest'],
    [`x@${digest}`, 'docker.io', 'library/x', null, digest, `docker.io/library/x@${digest}`],
    [`r.test/x:1@${digest}`, 'r.test', 'x', '1', digest, `r.test/x:1@${digest}`],
  ])('understands %s', (name, registry, path, tag, digestOf, canonical) => {
    expect(parseImageReference(name).reference).toEqual({
      name,
      registry,
      path,
      tag,
      digest: digestOf,
      canonical,
    });
  });

  it('says what is wrong, and where', () => {
    expect(parseImageReference('a b')).toEqual({ fault: { at: 1, reason: 'character 2 is a space' } });
  });

  it.each(Object.entries(known))('understands %j as container runtimes do', (name, canonical) => {
    expect(parseImageReference(name).reference?.canonical ?? null).toBe(canonical);
  });

  it('says with the canonical name what was asked for, and nothing else', () => {
    const partsOf = (name: string) => {
      const { registry, path, tag, digest } = parseImageReference(name).reference ?? expect.fail(name);
      return { registry, path, tag, digest };
    };

    fc.assert(
      fc.property(anyName, (name) => {
        const { reference } = parseImageReference(name);
        fc.pre(reference !== undefined);

        const { canonical, tag, digest: pinned } = reference;
        expect(partsOf(canonical)).toEqual({
          ...partsOf(name),
          tag: tag ?? (pinned === null ? 'latest' : null),
        });
        expect(parseImageReference(canonical).reference?.canonical).toBe(canonical);
      }),
      { seed, numRuns: 20_000 },
    );
  });
});
