import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { spellingsOf } from '../../src/admission/spellings.ts';

const digest = `sha256:${'a'.repeat(64)}`;

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
    ['Registry.Example.org/x:1', ['Registry.Example.org/x:1', 'registry.example.org/x:1']],
    [`r.test/x:1@${digest}`, [`r.test/x:1@${digest}`, `r.test/x@${digest}`]],
    [`r.test/x@${digest}`, [`r.test/x@${digest}`]],
  ])('%s is also written %j', (name, expected) => {
    expect(spellingsOf(parseImageReference(name).reference!)).toEqual(expected);
  });

  it('are all of one image', () => {
    for (const name of ['python', 'docker.io/library/python:latest', 'bitnami/redis:7', 'R.test/a/b:1']) {
      const reference = parseImageReference(name).reference!;
      const canonical = new Set(
        spellingsOf(reference).map((each) => parseImageReference(each).reference?.canonical),
      );

      expect([...canonical]).toEqual([reference.canonical]);
    }
  });
});
