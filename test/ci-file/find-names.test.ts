import { describe, expect, it } from 'vitest';
import { findNames } from '../../src/ci-file/find-names.ts';

function find(
  text: string,
  files: Readonly<Record<string, string>> = {},
  given: Readonly<Record<string, string>> = {},
) {
  const { names, unresolved } = findNames({
    text,
    file: '.gitlab-ci.yml',
    readLocal: (path) => files[path] ?? null,
    given: new Map(Object.entries(given)),
  });
  return {
    names: names.map(
      ({ file, line, column, job, kind, name }) => `${file}:${line}:${column} ${job} ${kind} ${name}`,
    ),
    unresolved: unresolved.map(
      ({ file, line, column, what, why }) => `${file}:${line}:${column} ${what} | ${why}`,
    ),
  };
}

const namesIn = (text: string) => find(text).names.map((found) => found.split(' ').slice(1).join(' '));

describe('findNames', () => {
  it('finds the image and the services of defaults and jobs, with their places', () => {
    expect(
      find(`default:
  image: ruby:3.4
  services:
    - postgres:16
test:
  image:
    entrypoint: [""]
    name: "node:20"
  services:
    - name: redis:7
      alias: cache
    - docker:dind
  script: make
pages:
  script: make
`),
    ).toEqual({
      names: [
        '.gitlab-ci.yml:2:10 default image ruby:3.4',
        '.gitlab-ci.yml:4:7 default service postgres:16',
        '.gitlab-ci.yml:8:11 test image node:20',
        '.gitlab-ci.yml:10:13 test service redis:7',
        '.gitlab-ci.yml:12:7 test service docker:dind',
      ],
      unresolved: [],
    });
  });

  it('takes image and services at the top for defaults, as older files have them', () => {
    expect(namesIn('image: ruby:3.4\nservices: [redis]\n')).toEqual([
      'default image ruby:3.4',
      'default service redis',
    ]);
  });

  it.each([
    ['an anchor', '.a: &a {image: x:1}\nb:\n  <<: *a\n  script: make\n', ['.a image x:1']],
    [
      'an anchor of a list',
      '.s: &s [redis:7, pg:16]\nb: {image: x, services: *s}\n',
      ['b service redis:7', 'b service pg:16', 'b image x'],
    ],
    [
      'a list in a list',
      '.s: &s [redis:7]\nb: {services: [*s, pg:16]}\n',
      ['b service redis:7', 'b service pg:16'],
    ],
    [
      'two merged maps',
      '.a: &a {image: x:1}\n.b: &b {image: y:1, services: [z]}\nc: {<<: [*a, *b]}\n',
      ['.a image x:1', '.b image y:1', '.b service z'],
    ],
    ['an alias of a name', '.i: &i x:1\nb: {image: *i}\n', ['b image x:1']],
    ['a template', '.t: {image: x:1}\nb: {extends: .t}\n', ['b image x:1']],
    [
      'the last of several templates',
      '.t: {image: x:1}\n.u: {image: y:1}\nb: {extends: [.t, .u]}\n',
      ['b image y:1'],
    ],
    ['a template of a template', '.t: {image: x:1}\n.u: {extends: .t}\nb: {extends: .u}\n', ['b image x:1']],
    [
      'the name of a template whose entrypoint a job changes',
      '.t: {image: {name: x:1}}\nb: {extends: .t, image: {entrypoint: [sh]}}\n',
      ['b image x:1'],
    ],
    ['the job before its template', '.t: {image: x:1}\nb: {extends: .t, image: y:1}\n', ['b image y:1']],
    ['a template that no job extends', '.t: {image: x:1}\n', ['.t image x:1']],
    [
      'nothing in what is no job',
      'stages: [image]\nworkflow: {image: x}\ncache: {image: x}\nspec: {image: x}\n',
      [],
    ],
    ['a name that is a number', 'b: {image: 5}\n', ['b image 5']],
    ['nothing where the image is null', 'b: {image: ~}\n', []],
    ['jobs after a header', 'spec:\n  inputs: {a: {}}\n---\nb: {image: x}\n', ['b image x']],
  ])('follows %s', (_, text, expected) => expect(namesIn(text)).toEqual(expected));

  it.each([
    ['of the file', 'variables: {V: "3"}\nb: {image: "x:$V"}\n', ['b image x:3']],
    ['in braces', 'variables: {V: "3"}\nb: {image: "x:${V}-slim"}\n', ['b image x:3-slim']],
    ['of the job', 'variables: {V: "3"}\nb: {image: "x:$V", variables: {V: "4"}}\n', ['b image x:4']],
    ['of a template', '.t: {variables: {V: "4"}}\nb: {extends: .t, image: "x:$V"}\n', ['b image x:4']],
    [
      'with a description',
      'variables: {V: {value: "3", description: d}}\nb: {image: "x:$V"}\n',
      ['b image x:3'],
    ],
    ['that refer to others', 'variables: {A: "$B-slim", B: "3"}\nb: {image: "x:$A"}\n', ['b image x:3-slim']],
    [
      'of a matrix',
      'b: {image: "x:$V", parallel: {matrix: [{V: ["3", "4"], W: [a]}, {V: "5"}]}}\n',
      ['b image x:3', 'b image x:4', 'b image x:5'],
    ],
    [
      'that a rule sets',
      'variables: {V: "3"}\nb: {image: "x:$V", rules: [{if: a, variables: {V: "4"}}]}\n',
      ['b image x:3', 'b image x:4'],
    ],
    [
      'that the workflow sets',
      'workflow: {rules: [{variables: {V: "4"}}]}\nb: {image: "x:$V"}\n',
      ['b image x:4'],
    ],
    ['with a dollar of its own', 'b: {image: "x:$$V"}\n', ['b image x:$V']],
  ])('fills in variables %s', (_, text, expected) => expect(namesIn(text)).toEqual(expected));

  it('takes values that are given by hand first', () => {
    expect(
      find('variables: {V: "3"}\nb: {image: "$CI_REGISTRY/x:$V"}\n', {}, { CI_REGISTRY: 'r.test', V: '9' })
        .names,
    ).toEqual(['.gitlab-ci.yml:2:12 b image r.test/x:9']);
  });

  it.each([
    [
      'a variable of GitLab',
      'b: {image: "$CI_REGISTRY_IMAGE/x"}\n',
      '1:12 b: image: $CI_REGISTRY_IMAGE/x | takes $CI_REGISTRY_IMAGE, which is defined outside of these files',
    ],
    [
      'a variable that refers to itself',
      'variables: {A: "$B", B: "$A"}\nb: {image: "$A"}\n',
      '2:12 b: image: $A | takes $B, which refers to itself',
    ],
    [
      'an input',
      'b: {image: "x:$[[ inputs.v ]]"}\n',
      '1:12 b: image: x:$[[ inputs.v ]] | takes an input of the file',
    ],
    [
      'a !reference',
      'b: {image: !reference [.t, image]}\n',
      '1:23 b: image | is a !reference, which is not followed',
    ],
    [
      'a !reference to services',
      'b: {services: !reference [.t, services]}\n',
      '1:26 b: services | is a !reference, which is not followed',
    ],
    [
      'a !reference among services',
      'b: {services: [!reference [.t, services, 0]]}\n',
      '1:27 b: services | is a !reference, which is not followed',
    ],
    [
      'a template of another file',
      'b: {extends: .elsewhere}\n',
      '1:14 b: extends: .elsewhere | is not in these files',
    ],
    ['a circle of templates', '.a: {extends: .b}\n.b: {extends: .a}\n', '2:15 .b: extends: .a | is a circle'],
    [
      'a child pipeline',
      'b: {trigger: {include: c.yml}}\n',
      '1:14 b: trigger: include | is a pipeline of its own; check its file by itself',
    ],
    [
      'a remote include',
      'include: https://example.org/a.yml\n',
      '1:10 include: https://example.org/a.yml | is fetched by GitLab; check that file by itself',
    ],
    [
      'a template include',
      'include: [{template: Jobs/Build.yml}]\n',
      '1:11 include: template Jobs/Build.yml | is fetched by GitLab; check that file by itself',
    ],
    [
      'an include of another project',
      'include: {project: g/p, file: /a.yml}\n',
      '1:10 include: project g/p, file /a.yml | is fetched by GitLab; check that file by itself',
    ],
    ['an include that is missing', 'include: a.yml\n', '1:10 include: a.yml | is not there'],
    [
      'an include by a pattern',
      "include: 'ci/*.yml'\n",
      '1:10 include: ci/*.yml | is a pattern of files; check them one by one',
    ],
    [
      'an include by a variable',
      'include: {local: "$A.yml"}\n',
      '1:10 include: $A.yml | depends on a variable',
    ],
    [
      'an include outside of the repository',
      "include: '../../etc/passwd'\n",
      '1:10 include: ../../etc/passwd | lies outside of the repository',
    ],
    [
      'too wide a matrix',
      `b: {image: "$A$B$C", parallel: {matrix: [{A: [${digits}], B: [${digits}], C: [${digits}]}]}}\n`,
      '1:12 b: image: $A$B$C | stands for more than 100 names',
    ],
  ])('lists %s as not resolved', (_, text, expected) => {
    expect(find(text).unresolved).toContain(`.gitlab-ci.yml:${expected}`);
  });

  it('follows local includes, each once, and lets the including file win', () => {
    const files = {
      'ci/a.yml':
        'include: [/.gitlab-ci.yml, ./ci/b.yml, /ci/a.yml]\nb: {image: a:1, services: [a:2]}\nc: {image: a:3}\n',
      'ci/b.yml': 'c: {image: b:1}\nd: {image: b:2}\n',
    };

    expect(find('include:\n  - local: /ci/a.yml\nb: {image: main:1}\n', files)).toEqual({
      names: [
        '.gitlab-ci.yml:3:12 b image main:1',
        'ci/a.yml:2:28 b service a:2',
        'ci/a.yml:3:12 c image a:3',
        'ci/b.yml:2:12 d image b:2',
      ],
      unresolved: [],
    });
  });

  it("stops at GitLab's number of files", () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `${index}.yml`,
        `include: ${index + 1}.yml\nj${index}: {image: x}\n`,
      ]),
    );
    const { names, unresolved } = find('include: 0.yml\n', files);

    expect(names.length).toBeLessThanOrEqual(150);
    expect(unresolved[0]).toContain("is more than GitLab's 150 files");
  });

  it('names a place once, though many jobs share it', () => {
    expect(namesIn('.t: {image: x}\na: {extends: .t}\nb: {extends: .t}\n')).toEqual(['a image x']);
  });

  it.each([
    [
      'a bomb of aliases',
      `${bomb(
        (level) =>
          `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`,
        'a0: &a0 [x]',
      )}b: {services: *a40}\n`,
    ],
    [
      'a bomb of merges',
      `${bomb(
        (level) =>
          `a${level}: &a${level} {<<: [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]}`,
        'a0: &a0 {image: x}',
      )}b: {<<: *a40}\n`,
    ],
    [
      'a bomb of templates',
      `${bomb(
        (level) =>
          `.a${level}: {extends: [${Array(9)
            .fill(`.a${level - 1}`)
            .join(', ')}]}`,
        '.a0: {image: x}',
      )}b: {extends: .a40}\n`,
    ],
    [
      'twenty thousand jobs',
      Array.from({ length: 20_000 }, (_, index) => `j${index}: {image: "$X"}`).join('\n'),
    ],
  ])('answers %s while one waits', (_, text) => {
    const { names, unresolved } = find(text);

    expect(names.length + unresolved.length).toBeGreaterThan(0);
  });

  it.each([
    ['ten megabytes', 'x'.repeat(10_000_000), 'GitLab takes no more than 2097152'],
    ['no keys', '- a\n', '.gitlab-ci.yml:1:1: this is no CI file'],
    ['nothing', '', '.gitlab-ci.yml:1:1: this is no CI file'],
    ['no YAML', 'a: [\n', '.gitlab-ci.yml:2:1: '],
    ['deep brackets', `a: ${'['.repeat(20_000)}`, 'nested too deep'],
    ['a key twice', 'a: 1\na: 2\n', '.gitlab-ci.yml:2:1: this key stands here twice'],
  ])('refuses a file with %s in clear words', (_, text, mistake) =>
    expect(() => find(text)).toThrow(mistake),
  );

  it('names the included file that is no YAML', () => {
    expect(() => find('include: ci/a.yml\n', { 'ci/a.yml': 'a: [' })).toThrow('ci/a.yml:1:5: ');
  });
});

const digits = '"0", "1", "2", "3", "4"';

function bomb(line: (level: number) => string, first: string): string {
  return `${[first, ...Array.from({ length: 40 }, (_, index) => line(index + 1))].join('\n')}\n`;
}
