import { describe, expect, it } from 'vitest';
import { lintPolicy } from '../../../src/admission/lint/lint-policy.ts';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { samplePolicy } from '../sample-policy.ts';

const list = (...patterns: string[]) => patterns.map((pattern) => ({ pattern }));

/** `undefined` takes a key away. */
type Changes = { [Key in keyof Policy]?: Policy[Key] | undefined };

function lint(changes: Changes) {
  const kept = { allowed_images: [], allowed_services: [], replacements: [], ...changes };
  const policy = samplePolicy(kept as Partial<Policy>);
  return lintPolicy(policy).map(
    ({ path, severity, about, message }) => `${path.join('.')} ${severity} ${about} ${message}`,
  );
}

function heads(findings: readonly string[]) {
  return findings.map((finding) => finding.split(' ').slice(0, 3).join(' '));
}

describe('lintPolicy', () => {
  it('names each pattern with its place, in rules and services too', () => {
    const rules = [
      { when: { project_ids: [1] }, allowed_images: list('**'), allowed_services: list('x', '*.test/*') },
    ];

    expect(lint({ allowed_services: list('**/*'), rules })).toEqual([
      'allowed_services.0 risk **/* allows every image of every registry',
      'rules.0.allowed_images.0 risk ** allows every image of every registry',
      'rules.0.allowed_services.1 risk *.test/* trusts every host under test, whoever may create one',
    ]);
  });

  it('says of a list once that `name:*` misses names without a tag, and what to write', () => {
    expect(lint({ allowed_images: list('debian:*', 'python:*', 'python', 'r.test:5000/x:*') })).toEqual([
      'allowed_images.0 gap debian:* does not allow `debian` without a tag, nor `debian@sha256:…`; ' +
        'authors write both. Add `debian` and `debian@sha256:*`, or `debian{,:*,@*}` for all three. The same holds for r.test:5000/x:*',
    ]);
    expect(checkPattern('debian{,:*,@*}')).toBeNull();
  });

  it('does not say so where names are compared by their meaning', () => {
    expect(
      lint({ allowed_images: list('debian:*', 'docker.io/library/**'), image_matching: 'canonical' }),
    ).toEqual([]);
  });

  it('finds no gap in a shallow pattern where a deep one fills it', () => {
    expect(lint({ allowed_images: list('r.test/*', 'r.test/group/**') })).toEqual([]);
  });

  it('reports a pattern that another one makes superfluous', () => {
    expect(lint({ allowed_images: list('r.test/**', 'r.test/x:1', 'r.test/**') })).toEqual([
      'allowed_images.1 clutter r.test/x:1 adds nothing, because `r.test/**` allows all of it',
      'allowed_images.2 clutter r.test/** stands in the list twice',
    ]);
  });

  it('does not call a pattern superfluous because of a risky one', () => {
    expect(lint({ allowed_images: list('r.test/**', 'r.test*/**') })).toHaveLength(1);
  });

  it('reports a replacement that is not allowed itself', () => {
    const replacements = [
      { pattern: 'node:*', use: 'r.test/node' },
      { pattern: 'ruby:*', use: 'r.test/a/ruby' },
    ];

    const refused = ['replacements.0.use gap r.test/node', 'replacements.1.use gap r.test/a/ruby'];

    expect(lint({ allowed_images: list('r.test/**'), replacements })).toEqual([]);
    expect(lint({ allowed_services: list('r.test/**'), replacements })).toEqual([]);
    expect(heads(lint({ allowed_images: list('x'), replacements }))).toEqual(refused);
    expect(heads(lint({ allowed_images: list('x'), allowed_services: undefined, replacements }))).toEqual([
      'allowed_services remark allowed_services',
      ...refused,
    ]);
  });

  it('has nothing to say about replacements where everything is allowed', () => {
    const replacements = [{ pattern: 'node:*', use: 'r.test/node' }];

    expect(
      lint({ allowed_images: undefined, allowed_services: undefined, replacements }).filter((finding) =>
        finding.startsWith('replacements'),
      ),
    ).toEqual([]);
  });

  it('says of a replacement that its pattern reads otherwise than it looks', () => {
    const replacements = [{ pattern: 'quay.io/**{,:*}', use: 'x' }];

    expect(heads(lint({ allowed_images: list('x'), replacements }))).toEqual([
      'replacements.0.pattern gap quay.io/**{,:*}',
    ]);
  });

  it('remarks that a list is absent', () => {
    expect(lint({ allowed_images: undefined })).toEqual([
      'allowed_images remark allowed_images is absent, so every image is allowed',
    ]);
    expect(lint({ allowed_services: undefined })).toEqual([
      'allowed_services remark allowed_services is absent, so every service is allowed',
    ]);
  });

  it("names a rule's projects of which anybody may create some", () => {
    const rules = [{ when: { projects: ['team/**', 'team*/**'] }, allowed_images: list('x') }];

    expect(lint({ rules })).toEqual([
      'rules.0.when.projects.1 risk team*/** also holds for team-evil/x, and anybody may create such a group; write team/**',
    ]);
  });

  it('finds no gap in what a pattern misses and another one allows', () => {
    expect(lint({ allowed_images: list('python*{,:*,@*}', 'python') })).toEqual([]);
    expect(heads(lint({ allowed_images: list('python*{,:*,@*}') }))).toEqual([
      'allowed_images.0 gap python*{,:*,@*}',
    ]);
  });

  it('checks ten thousand patterns', () => {
    const allowed_images = list(...Array.from({ length: 10_000 }, (_, index) => `r.test/team-${index}/*:*`));

    expect(lint({ allowed_images })).toHaveLength(10_000);
  });
});
