import { describe, expect, it } from 'vitest';
import { explainRejection } from '../../../src/admission/explain/explain-rejection.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { questionAbout } from '../sample-policy.ts';

function explain(name: string, changes: Partial<Policy> = {}) {
  const { reference, kind, context } = questionAbout(name, changes);
  return explainRejection(reference, kind, context);
}

describe('explainRejection', () => {
  it.each(['node:20', 'docker.io/library/node', 'index.docker.io/node:lts'])(
    'offers the replacement for %s',
    (name) => {
      expect(explain(name)).toMatchObject({
        reason: {
          code: 'replaced',
          text: 'This runner offers `docker-registry.example.org/node20` in place of `node:*`: Ours gets security updates every Monday.',
        },
        suggestion: { use: 'docker-registry.example.org/node20' },
      });
    },
  );

  it('promises no other registry than the one of the replacement', () => {
    const policy = {
      allowed_images: [{ pattern: 'mirror/*' }],
      replacements: [{ pattern: 'node:*', use: 'MIRROR/node' }],
    };

    expect(explain('node:20', policy).suggestion).toEqual({ text: 'Use `MIRROR/node` instead.', use: null });
  });

  it('does not promise a replacement that is not allowed itself', () => {
    const replacements = [{ pattern: 'node:*', use: 'quay.io/node' }];

    expect(explain('node:20', { replacements }).suggestion).toEqual({
      text: 'Use `quay.io/node` instead.',
      use: null,
    });
  });

  it.each([
    ['docker.io/library/python:3.12', 'python:3.12'],
    ['docker.io/library/python', 'python:latest'],
    ['library/alpine:latest', 'alpine'],
    ['Docker-Registry.example.org/x', 'docker-registry.example.org/x'],
  ])('knows that %s is another spelling of %s', (name, use) => {
    expect(explain(name)).toMatchObject({ reason: { code: 'spelling' }, suggestion: { use } });
  });

  it.each([
    [
      'docker-registry.example.org/releng/node20',
      'A `*` stands for one part of a path, so `docker-registry.example.org/*` does not reach ' +
        '`docker-registry.example.org/releng/node20`, as `docker-registry.example.org/**` would.',
      'docker-registry.example.org/node20',
    ],
    [
      'kdeorg/a/b:1',
      'A `*` stands for one part of a path, so `kdeorg/*:*` does not reach `kdeorg/a/b:1`.',
      'kdeorg/b:1',
    ],
  ])('says of %s that a pattern does not reach so deep', (name, text, example) => {
    expect(explain(name)).toMatchObject({ reason: { code: 'depth', text }, nearest: { example } });
  });

  it('does not take another registry for a deeper path', () => {
    expect(explain('quay.io/library/debian:12').reason.code).toBe('other-registry');
    expect(explain('a/b:1', { allowed_images: [{ pattern: '*:*' }] }).reason.code).toBe('depth');
  });

  it.each([
    ['pyhton:3', 'python:*', 'python:3'],
    ['centos:7', 'centos/*:*', 'centos/centos:7'],
    ['quay.io/library/python:3', 'python:*', 'python:3'],
    ['debian', 'debian:*', 'debian:latest'],
  ])('finds for %s the nearest pattern, %s, and a name that it allows', (name, pattern, example) => {
    expect(explain(name).nearest).toMatchObject({ pattern, example });
  });

  it('finds nothing near a name that is near nothing', () => {
    expect(explain('hashicorp/terraform')).toEqual({
      reason: { code: 'no-match', text: 'None of the 8 patterns of allowed images matches it.' },
      suggestion: null,
      nearest: null,
    });
  });

  it('keeps the reason of the nearest pattern', () => {
    expect(explain('debian').nearest?.because).toBe('Docker official image.');
  });

  it('says that the list is empty, and names the default image', () => {
    expect(explain('x:1', { allowed_images: [] })).toMatchObject({
      reason: { text: 'This runner allows only its default image, `docker-registry.example.org/bookworm`.' },
      suggestion: { use: 'docker-registry.example.org/bookworm' },
    });
  });
});
