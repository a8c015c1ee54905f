import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { reportLint, reportNames } from '../../src/check/check-report.ts';
import { samplePolicy } from '../admission/sample-policy.ts';

const evaluate = createEvaluator(samplePolicy(), null);
const plain = { width: 100, hasColours: false };
const none = { unresolved: [], overridden: [] };

describe('reportNames', () => {
  it('says of each name what is decided, why, and what would be allowed', () => {
    const names = ['debian:12', 'python', 'kdeorg/a/b:1', 'quay.io/podman/stable'];
    const checked = names.map((name) => ({ verdict: evaluate(name, 'image'), found: null }));

    expect(reportNames(checked, none, plain)).toMatchInlineSnapshot(`
      "allowed   debian:12              \`debian:*\` of allowed_images allows it.
      rejected  python
                is docker.io/library/python:latest
                \`python\` has no tag, and \`python:*\` needs one.
                Write the tag too, for example \`python:latest\`.
      rejected  kdeorg/a/b:1
                is docker.io/kdeorg/a/b:1
                A \`*\` stands for one part of a path, so \`kdeorg/*:*\` does not reach \`kdeorg/a/b:1\`.
                The nearest allowed pattern, kdeorg/*:*, would allow kdeorg/b:1, if there is such an
                image.
      rejected  quay.io/podman/stable
                is quay.io/podman/stable:latest
                Nothing of the registry \`quay.io\` is allowed, only of \`docker-registry.example.org\`,
                \`docker.io\`.
      1 allowed, 3 rejected.
      "
    `);
  });

  it('says where in a CI file a name stands, and what was not checked', () => {
    const place = { file: '.gitlab-ci.yml', line: 3, column: 10 };
    const found = { ...place, name: 'redis:7', kind: 'service' as const, job: 'test\u001b[31m' };
    const unresolved = [
      {
        ...place,
        line: 9,
        what: 'build: image: $X/y',
        why: 'takes $X, which is defined outside of these files',
        variable: 'X',
      },
    ];

    expect(
      reportNames([{ verdict: evaluate('redis:7', 'service'), found }], { ...none, unresolved }, plain),
    ).toMatchInlineSnapshot(`
      "rejected  redis:7 (service)  .gitlab-ci.yml:3:10 test?[31m
                is docker.io/library/redis:7
                None of the 2 patterns of allowed services matches it.

      Not resolved, and so not checked:
        .gitlab-ci.yml:9:10 build: image: $X/y: takes $X, which is defined outside of these files
      Give their values: --variable X=…

      0 allowed, 1 rejected, 1 not resolved.
      "
    `);
  });

  it('gives a reason the line below a name that leaves no room, and quotes a name that is not seen', () => {
    const long = `debian:${'1'.repeat(100)}`;
    const checked = [long, '', ' '].map((name) => ({ verdict: evaluate(name, 'image'), found: null }));

    const lines = reportNames(checked, none, plain).split('\n');

    expect(lines.slice(0, 5).map((line) => line.trimEnd())).toEqual([
      `allowed   ${long}`,
      '          `debian:*` of allowed_images allows it.',
      "rejected  ''",
      '          It is not a valid image name: it is empty.',
      "rejected  ' '",
    ]);
  });

  it('aligns the places of images and services', () => {
    const place = { file: 'ci.yml', line: 1, column: 1, job: 'test' };
    const checked = [
      {
        verdict: evaluate('debian:12', 'image'),
        found: { ...place, name: 'debian:12', kind: 'image' as const },
      },
      {
        verdict: evaluate('redis:7', 'service'),
        found: { ...place, name: 'redis:7', kind: 'service' as const },
      },
    ];

    const places = reportNames(checked, none, plain)
      .split('\n')
      .map((line) => line.indexOf('ci.yml:1:1'))
      .filter((column) => column >= 0);

    expect(places).toEqual([29, 29]);
  });

  it('keeps its lines within the terminal, and every name in one piece', () => {
    const names = ['debian:12', 'kdeorg/a/b:1', `quay.io/podman/stable@sha256:${'a'.repeat(64)}`];
    const place = { file: '.gitlab-ci.yml', line: 123, column: 10, kind: 'image' as const, job: 'build' };
    const checked = names.map((name) => ({ verdict: evaluate(name, 'image'), found: { ...place, name } }));

    const report = reportNames(checked, none, { ...plain, width: 60 });

    const wide = report.split('\n').filter((line) => line.length > 60);
    expect(wide.every((line) => line.includes(names[2] ?? ''))).toBe(true);
    expect(wide).not.toEqual([]);
  });

  it('does not repeat a name that leaves nothing out', () => {
    const verdict = evaluate('quay.io/podman/stable:latest', 'image');

    expect(reportNames([{ verdict, found: null }], none, plain)).not.toContain(
      'is quay.io/podman/stable:latest',
    );
  });

  it('begins with what was not checked where that is all', () => {
    const unresolved = [{ file: 'ci.yml', line: 1, column: 1, what: 'a: image: $X', why: 'takes $X' }];

    expect(reportNames([], { ...none, unresolved }, plain)).toMatch(/^Not resolved, and so not checked:\n/);
  });

  it('reports duplicate keys, and of very many only the first', () => {
    const overridden = Array.from({ length: 12 }, (_, index) => ({
      file: 'ci.yml',
      line: index + 1,
      column: 1,
      key: 'a\u001b[31m',
      winnerLine: 99,
    }));

    expect(reportNames([], { ...none, overridden: overridden.slice(0, 1) }, plain)).toBe(
      'Duplicate keys; GitLab silently uses the last:\n' +
        '  ci.yml:1:1 a?[31m: ignored; line 99 has it again\n\n' +
        'The file names no image and no service.\n',
    );
    expect(reportNames([], { ...none, overridden }, plain)).toContain('  and 2 more\n');
  });

  it('says that there was nothing to check', () => {
    expect(reportNames([], none, plain)).toBe('The file names no image and no service.\n');
  });

  it('colours the decision for a terminal', () => {
    const checked = [{ verdict: evaluate('debian:12', 'image'), found: null }];

    expect(reportNames(checked, none, { ...plain, hasColours: true })).toContain('\u001b[32;1mallowed ');
  });
});

describe('reportLint', () => {
  it('lists risks first', () => {
    const finding = { path: ['allowed_images', 1], about: 'x', message: 'does', line: 2, column: 3 };
    const report = reportLint(
      [
        { ...finding, severity: 'remark' },
        { ...finding, severity: 'clutter' },
        { ...finding, severity: 'risk' },
      ],
      'policy.yaml',
      plain,
    );

    expect(report).toBe(
      'Allows more than it seems to:\n  policy.yaml:2:3: allowed_images[1]\n    x does.\n\n' +
        'Changes nothing:\n  policy.yaml:2:3: allowed_images[1]\n    x does.\n\n' +
        'Worth knowing:\n  policy.yaml:2:3: allowed_images[1]\n    x does.\n',
    );
  });

  it('lists what weakens the pod apart from what names allow', () => {
    const finding = { about: 'x', message: 'does', line: 2, column: 3, severity: 'risk' } as const;
    const report = reportLint(
      [
        { ...finding, path: ['pod_template', 'spec'] },
        { ...finding, path: ['rules', 0, 'allowed_images', 0] },
      ],
      'policy.yaml',
      plain,
    );

    expect(report).toBe(
      'Allows more than it seems to:\n  policy.yaml:2:3: rules[0].allowed_images[0]\n    x does.\n\n' +
        'Weakens what the executor promises:\n  policy.yaml:2:3: pod_template.spec\n    x does.\n',
    );
  });

  it('says that all is well', () => {
    expect(reportLint([], 'policy.yaml', plain)).toBe('policy.yaml: no findings.\n');
  });
});
