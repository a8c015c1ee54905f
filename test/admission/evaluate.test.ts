import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAdmissionContext } from '../../src/admission/admission-context.ts';
import type { ProjectFacts } from '../../src/admission/allow-list.ts';
import { createEvaluator, evaluate, evaluateName, type Verdict } from '../../src/admission/evaluate.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { samplePolicy } from './sample-policy.ts';

function verdictOn(
  name: string,
  changes: Partial<Policy> = {},
  project: ProjectFacts | null = null,
): Verdict {
  return evaluate({ policy: samplePolicy(changes), name, kind: 'image', project });
}

const patterns = (...all: string[]) => all.map((pattern) => ({ pattern }));

describe('evaluate', () => {
  it.each([
    ['docker-registry.example.org/node20', 'docker-registry.example.org/*'],
    ['debian:bookworm', 'debian:*'],
    [`debian:bookworm@sha256:${'a'.repeat(64)}`, 'debian:*'],
    ['rustlang/rust:nightly', 'rustlang/rust:nightly'],
    ['maven:3.9', 'maven:3*'],
  ])('allows %s by %s', (name, pattern) => {
    expect(verdictOn(name)).toMatchObject({ allowed: true, pattern, reason: { code: 'pattern' } });
  });

  it.each([
    ['hashicorp/terraform', 'no-match'],
    ['python', 'tag-missing'],
    ['rustlang/rust:stable', 'tag-differs'],
    ['docker.io/library/python:3.12', 'spelling'],
    ['docker-registry.example.org/releng/node20:1', 'depth'],
    ['docker-registry.example.org.evil.test/x:1', 'look-alike'],
    ['quay.io/podman/stable', 'other-registry'],
    ['node:20', 'replaced'],
    ['postgres:16', 'other-kind'],
    ['ubuntu:22.04 --privileged', 'not-valid'],
  ])('rejects %s as %s', (name, code) => {
    expect(verdictOn(name)).toMatchObject({ image: name, allowed: false, pattern: null, reason: { code } });
  });

  it('knows the canonical name of each valid one', () => {
    expect(verdictOn('python').canonical).toBe('docker.io/library/python:latest');
    expect(verdictOn('a b').canonical).toBeNull();
  });

  describe('with image_matching: canonical', () => {
    it.each([
      'docker.io/library/python:3.12',
      'index.docker.io/library/python:3.12',
      'library/python:3.12',
      'docker.io/python:3.12',
      'python',
    ])('allows %s, another spelling of an allowed image', (name) => {
      expect(verdictOn(name).allowed).toBe(false);
      expect(verdictOn(name, { image_matching: 'canonical' }).allowed).toBe(true);
    });

    it.each([
      'evil.test/library/python:3.12',
      'docker.io.evil.test/library/python:3.12',
      'docker.io/other/python:3.12',
      'docker-registry.example.org:443/node20',
      'docker.io/docker-registry.example.org/node20',
      'Docker-Registry.Example.org/node20',
      'PYTHON/python:3.12',
    ])('still rejects %s, which is another image', (name) => {
      expect(verdictOn(name, { image_matching: 'canonical' }).allowed).toBe(false);
    });
  });

  describe('without a list, or with an empty one', () => {
    it('allows every valid name where there is no list', () => {
      const policy = samplePolicy();
      delete (policy as { allowed_images?: unknown }).allowed_images;
      const ask = createEvaluator(policy, null);

      expect(ask('anything/at:all', 'image')).toMatchObject({
        allowed: true,
        reason: { code: 'unrestricted' },
      });
      expect(ask('any thing', 'image').allowed).toBe(false);
    });

    it('allows only the default image where the list is empty', () => {
      expect(verdictOn('debian:12', { allowed_images: [] })).toMatchObject({
        allowed: false,
        reason: { code: 'empty-list' },
        suggestion: { use: 'docker-registry.example.org/bookworm' },
      });
      expect(verdictOn('docker-registry.example.org/bookworm', { allowed_images: [] })).toMatchObject({
        allowed: true,
        reason: { code: 'default-image' },
      });
    });
  });

  it('always allows the default and the helper image, for services too', () => {
    const policy = samplePolicy({ default_image: 'x/default:1', helper_image: 'x/helper:1' });
    const ask = createEvaluator(policy, null);

    for (const kind of ['image', 'service'] as const) {
      expect(ask('x/default:1', kind).reason.code).toBe('default-image');
      expect(ask('x/helper:1', kind).reason.code).toBe('helper-image');
      expect(ask('x/default:2', kind).allowed).toBe(false);
    }
  });

  describe('with rules', () => {
    const rules = [
      { when: { projects: ['team/**'], protected_ref: true }, allowed_images: patterns('kaniko:*') },
      { when: { project_ids: [42] }, allowed_images: patterns('golang:*') },
    ];
    const member = { id: 7, path: 'team/app/web', namespaceId: 3, isRefProtected: true };

    it('adds the patterns of a rule that applies', () => {
      expect(verdictOn('kaniko:1', { rules }, member)).toMatchObject({
        allowed: true,
        pattern: 'kaniko:*',
        reason: { code: 'rule', text: '`kaniko:*` of rules[0] allows it for this project.' },
      });
    });

    it.each([
      ['another project', { ...member, path: 'other/app' }],
      ['a project with a name that only starts so', { ...member, path: 'team-x/app' }],
      ['a ref that is not protected', { ...member, isRefProtected: false }],
      ['nobody in particular', null],
    ])('rejects for %s, and says that others may', (_, project) => {
      expect(verdictOn('kaniko:1', { rules }, project)).toMatchObject({
        allowed: false,
        reason: { code: 'some-projects' },
      });
    });
  });

  describe('whatever is asked', () => {
    const registry = 'docker-registry.example.org';
    const everything = samplePolicy({ allowed_images: patterns('**', `${registry}/**`, '*', '*:*', '**/*') });
    const onlyOurs = samplePolicy({ allowed_images: patterns(`${registry}/**`), replacements: [] });
    const nameLike = fc
      .array(
        fc.constantFrom(
          'a',
          'Z',
          '9',
          '.',
          '..',
          '/',
          '//',
          ':',
          '@',
          '-',
          '_',
          ' ',
          '\n',
          '$',
          'é',
          '\u0000',
          registry,
          'sha256:',
        ),
        {
          maxLength: 12,
        },
      )
      .map((parts) => parts.join(''));

    it('never allows a name that is not valid', () => {
      const ask = createEvaluator(everything, null);

      fc.assert(
        fc.property(fc.oneof(nameLike, fc.string({ unit: 'binary' })), (name) => {
          const isValid = parseImageReference(name).fault === undefined;
          return ask(name, 'image').allowed === isValid;
        }),
        { numRuns: 3000 },
      );
    });

    it('never allows a registry that only looks like the allowed one', () => {
      const ask = createEvaluator(onlyOurs, null);
      const host = fc.constantFrom(
        `${registry}.evil.test`,
        `evil.test/${registry}`,
        `x${registry}`,
        `${registry}:443`,
        `${registry}x`,
        `evil.test`,
      );

      fc.assert(
        fc.property(host, fc.stringMatching(/^[a-z0-9/:.-]{1,20}$/), (place, path) => {
          return !ask(`${place}/${path}`, 'image').allowed;
        }),
        { numRuns: 2000 },
      );
    });

    it('suggests nothing that it would not allow', () => {
      const ask = createEvaluator(samplePolicy(), null);
      const asked = fc.oneof(
        nameLike,
        fc.constantFrom(
          'python',
          'maven:4',
          'alpine:3',
          `${registry}/a/b`,
          `${registry}.evil/x`,
          'kdeorg/x',
          'node',
          'centos:7',
        ),
      );

      fc.assert(
        fc.property(asked, (name) => {
          const { suggestion, nearest } = ask(name, 'image');
          const names = [suggestion?.use, nearest?.example].filter((each) => each != null);
          return names.every((each) => ask(each, 'image').allowed);
        }),
        { numRuns: 2000 },
      );
    });

    it('says of the nearest pattern that it is named where a sentence has it, and only there', () => {
      const ask = createEvaluator(samplePolicy(), null);
      const asked = fc.constantFrom(
        ...[
          'python',
          'python@sha256:1',
          'maven:4',
          'alpine:3',
          'Debian:12',
          'kdeorg/x',
          'centos:7',
          'node:20',
        ],
        ...['docker-registry.example.org/a/b', 'docker-registry.example.or/a', 'quay.io/library/debian:12'],
        ...[
          'docker.io/library/alpine',
          'rustlang/rust:1',
          'rustlang/rust',
          'library/alpine',
          'alpine:latest',
        ],
      );

      fc.assert(
        fc.property(asked, (name) => {
          const { suggestion, nearest, reason } = ask(name, 'image');
          const text = `${reason.text} ${suggestion?.text ?? ''}`;
          return nearest === null || nearest.isNamed === text.includes(`\`${nearest.pattern}\``);
        }),
      );
    });
  });
});

describe('evaluateName', () => {
  const context = createAdmissionContext(samplePolicy(), null);

  it('hands on the reference that was evaluated, and none of a rejected name', () => {
    expect(evaluateName('debian:12', 'image', context)).toMatchObject({
      verdict: { allowed: true, canonical: 'docker.io/library/debian:12' },
      admitted: { name: 'debian:12', canonical: 'docker.io/library/debian:12' },
    });
    for (const name of ['debian', 'evil:1', 'no name'])
      expect(evaluateName(name, 'image', context)).toMatchObject({
        verdict: { allowed: false },
        admitted: null,
      });
  });
});
