import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
  it.each([
    ['python', 'docker.io', 'library/python', null, null, 'docker.io/library/python:latest'],
    ['python:3', 'docker.io', 'library/python', '3', null, 'docker.io/library/python:3'],
    ['a/b', 'docker.io', 'a/b', null, null, 'docker.io/a/b:latest'],
    ['index.docker.io/python', 'docker.io', 'library/python', null, null, 'docker.io/library/python:latest'],
    ['localhost/x', 'localhost', 'x', null, null, 'localhost/x:latest'],
    ['R.test:5000/a/b:T', 'r.test:5000', 'a/b', 'T', null, 'r.test:5000/a/b:T'],
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

  it('tells what is wrong, and where, instead', () => {
    expect(parseImageReference('a b')).toEqual({ fault: { at: 1, reason: 'character 2 is a space' } });
  });
});
