import { describe, expect, it } from 'vitest';
import { imageChecksOf, requiredKeys } from '../../src/admission/image-checks.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { samplePolicy } from '../pod/sample-job.ts';

const project = { id: 42, path: 'group/project', namespaceId: 7, isRefProtected: true };
const of = (policy: Partial<Policy>, profile: string | null = null) =>
  imageChecksOf({ ...samplePolicy, ...policy }, profile, project);

const signed = (key: string, images?: string[]) => ({ keys: [key], ...(images && { images }) });

describe('imageChecksOf', () => {
  it('asks nothing of a registry unless the policy does', () => {
    expect(of({})).toEqual({ isPinned: false, signatures: [] });
    expect(of({ images: { resolve: 'none' } }).isPinned).toBe(false);
  });

  it('adds up what policy, profile and each fitting rule ask for, and lets none of them take back another', () => {
    const policy: Partial<Policy> = {
      images: { require_signature: [signed('A')] },
      profiles: {
        lax: { images: { resolve: 'none', require_signature: [] } },
        own: { images: { require_signature: [signed('B')] } },
      },
      rules: [
        { when: { project_ids: [42] }, images: { require_signature: [signed('C')] } },
        { when: { project_ids: [43] }, images: { require_signature: [signed('D')] } },
        { when: { protected_ref: true }, images: { resolve: 'none' } },
      ],
    };
    expect(of(policy, 'own')).toEqual({
      isPinned: true,
      signatures: [signed('A'), signed('B'), signed('C')],
    });
    expect(of(policy, 'lax')).toEqual({ isPinned: true, signatures: [signed('A'), signed('C')] });
  });

  it.each<[string, Partial<Policy>, string | null]>([
    ['the policy', { images: { resolve: 'digest' } }, null],
    ['a profile', { profiles: { p: { images: { resolve: 'digest' } } } }, 'p'],
    ['a rule', { rules: [{ when: { projects: ['group/*'] }, images: { resolve: 'digest' } }] }, null],
    ['a required signature', { images: { require_signature: [signed('A', ['x/**'])] } }, null],
  ])('pins where %s says so', (_, policy, profile) => {
    expect(of(policy, profile).isPinned).toBe(true);
  });
});

const keysOf = (name: string, images?: string[]) => {
  const { reference } = parseImageReference(name);
  if (reference === undefined) throw new Error(`${name} is no name`);
  return requiredKeys(reference, { isPinned: true, signatures: [signed('A', images)] });
};

describe('requiredKeys', () => {
  it('an entry is for every image where no pattern says otherwise', () => {
    expect(keysOf('anything:1')).toEqual([['A']]);
    expect(keysOf('anything:1', ['registry.example.org/**'])).toEqual([]);
  });

  it.each([
    ['registry.example.org/app:1', 'registry.example.org/**'],
    ['registry.example.org:443/app:1', 'registry.example.org/**'],
    ['registry.example.org/app:1', 'registry.example.org:443/**'],
    ['Registry.Example.ORG/app:1', 'registry.example.org/**'],
    ['REGISTRY.example.org:443/app', 'registry.example.org/app:latest'],
    ['docker.io/library/python:3', 'python:*'],
    ['python:3', 'docker.io/library/python:*'],
    ['index.docker.io/python:3', 'python:3'],
    ['registry.example.org:0443/app:1', 'registry.example.org/**'],
    ['Registry.example.org:05000/app:1', 'registry.example.org:5000/**'],
    ['registry-1.docker.io/library/python:3', 'python:*'],
    ['registry.hub.docker.com:0443/someone/app:3', 'docker.io/**'],
    ['docker.io/someone/app:3', 'registry-1.docker.io/**'],
  ])('%s does not escape %s by its spelling', (name, pattern) => {
    expect(keysOf(name, [pattern])).toEqual([['A']]);
  });

  it.each([
    ['app@DIGEST', 'app:*'],
    ['app:dev@DIGEST', 'app:prod-*'],
    ['docker.io/library/app@DIGEST', 'app'],
    ['registry.example.org:5000/group/app:1@DIGEST', 'registry.example.org:5000/**:v*'],
    ['registry.example.org:443/app@DIGEST', 'registry.example.org/app@sha256:*'],
    ['Registry.example.org/app@DIGEST', 'registry.example.org/{app,other}:{1,2}'],
    ['registry.example.org/app@DIGEST', 'registry.example.org/{app:1,other:2}'],
    ['registry.example.org/group/app@DIGEST', 'registry.example.org/**-signed'],
    ['registry.example.org/app@DIGEST', 'registry.example.org/*-signed'],
    ['registry.example.org/app@DIGEST', 'registry.example.org/app?v1'],
    ['registry.example.org/app@DIGEST', 'registry.example.org/ap[!a]*:v1'],
  ])('%s does not escape %s by its digest', (name, pattern) => {
    expect(keysOf(name.replace('DIGEST', `sha256:${'a'.repeat(64)}`), [pattern])).toEqual([['A']]);
  });

  it.each([
    ['app:2', 'app:1'],
    ['other@DIGEST', 'app:*'],
    ['registry.example.org/other@DIGEST', 'registry.example.org/app-*-signed'],
    ['registry.example.org/group/app@DIGEST', 'registry.example.org/*-signed'],
    ['registry.example.org:5000/app@DIGEST', 'registry.example.org/**'],
  ])('%s does not need the signature that %s asks for', (name, pattern) => {
    expect(keysOf(name.replace('DIGEST', `sha256:${'a'.repeat(64)}`), [pattern])).toEqual([]);
  });
});
