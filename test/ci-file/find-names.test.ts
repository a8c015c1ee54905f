import { describe, expect, it } from 'vitest';
import { findNames } from '../../src/ci-file/find-names.ts';
import { compileIncludePattern } from '../../src/ci-file/includes/include-pattern.ts';

function find(
  text: string,
  files: Readonly<Record<string, string>> = {},
  given: Readonly<Record<string, string>> = {},
) {
  const { names, unresolved, imageless, overridden } = findNames({
    text,
    file: '.gitlab-ci.yml',
    local: {
      read: (path) => files[path] ?? { why: 'is not there' },
      find: (pattern) => Object.keys(files).filter(compileIncludePattern(pattern)),
    },
    given: new Map(Object.entries(given)),
  });
  return {
    imageless: imageless.map(
      ({ file, line, column, job, doubt }) =>
        `${file}:${line}:${column} ${job}${doubt === null ? '' : ` | ${doubt}`}`,
    ),
    overridden: overridden.map(
      ({ file, line, column, key, winnerLine }) => `${file}:${line}:${column} ${key} by line ${winnerLine}`,
    ),
    names: names.map(
      ({ file, line, column, job, kind, name }) => `${file}:${line}:${column} ${job} ${kind} ${name}`,
    ),
    unresolved: unresolved.map(
      ({ file, line, column, what, why }) => `${file}:${line}:${column} ${what} | ${why}`,
    ),
  };
}

const namesAndUnresolved = (text: string, files: Readonly<Record<string, string>> = {}) => {
  const { names, unresolved } = find(text, files);
  return { names, unresolved };
};

const namesIn = (text: string) => find(text).names.map((found) => found.split(' ').slice(1).join(' '));

describe('findNames', () => {
  it('takes a service whose name comes to nothing for none, as GitLab Runner leaves it out', () => {
    const text =
      'variables: {OPTIONAL: "", BLANK: " "}\na: {image: x, services: [$OPTIONAL, {name: $BLANK}, redis]}\n';

    expect(find(text)).toMatchObject({
      names: ['.gitlab-ci.yml:2:12 a image x', '.gitlab-ci.yml:2:53 a service redis'],
      imageless: [],
      unresolved: [],
    });
  });

  it('finds the image and the services of defaults and jobs, with their places', () => {
    expect(
      namesAndUnresolved(`default:
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
    ['an anchor', '.a: &a {image: x:1}\nb:\n  <<: *a\n  script: make\n', ['b image x:1']],
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
      ['c image x:1', '.b image y:1', 'c service z'],
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
      'that one of the rules sets',
      'variables: {V: "3"}\nb: {image: "x:$V", rules: [{if: a, variables: {V: "4"}}, {if: b}]}\n',
      ['b image x:4', 'b image x:3'],
    ],
    [
      'that every rule sets, so that no other value is left',
      'variables: {V: "3"}\nb: {image: "x:$V", rules: [{if: a, variables: {V: "4"}}, {when: never}]}\n',
      ['b image x:4'],
    ],
    [
      'that only some rules set, and are not set where others hold',
      'variables: {S: r/s:6}\nb: {image: "$S$X", rules: [{if: a, variables: {X: -fips}}, {if: b}]}\n',
      ['b image r/s:6-fips', 'b image r/s:6'],
    ],
    [
      'that rules set together, and not in other combinations',
      'b: {image: "$A:$B", rules: [{if: a, variables: {A: x, B: "1"}}, {if: b, variables: {A: y, B: "2"}}]}\n',
      ['b image x:1', 'b image y:2'],
    ],
    [
      'that some rules of the workflow set',
      'workflow: {rules: [{if: a, variables: {V: "-4"}}, {if: b}]}\nb: {image: "x$V"}\n',
      ['b image x-4', 'b image x'],
    ],
    [
      'of a job, which win over those of the workflow',
      'workflow: {rules: [{if: a, variables: {V: "4"}}]}\nb: {image: "x:$V", variables: {V: "3"}}\n',
      ['b image x:3'],
    ],
    [
      'that a row of a matrix leaves out',
      'b: {variables: {V: "3.9"}, image: "x:$V", parallel: {matrix: [{V: ["3.10"]}, {W: [a]}]}}\n',
      ['b image x:3.10', 'b image x:3.9'],
    ],
    [
      'that a row of a matrix leaves out, and nobody else sets',
      'b: {image: "x$V", parallel: {matrix: [{V: ["-a"]}, {W: [b]}]}}\n',
      ['b image x-a', 'b image x'],
    ],
    [
      'of one row of a matrix together',
      'b: {image: "$A:$B-$B", parallel: {matrix: [{A: x, B: ["1", "2"]}, {A: y, B: ["3"]}]}}\n',
      ['b image x:1-1', 'b image x:2-2', 'b image y:3-3'],
    ],
    [
      'of rules, which win over a matrix',
      'b: {image: "x:$V", parallel: {matrix: [{V: ["3"]}]}, rules: [{if: a, variables: {V: "4"}}]}\n',
      ['b image x:4'],
    ],
    [
      'that the job does not inherit',
      'variables: {V: "-3", W: "-4"}\nb: {image: "x$V$W", inherit: {variables: [W]}, rules: [{variables: {V: -a}}, {if: c}]}\n',
      ['b image x-a-4', 'b image x-4'],
    ],
    [
      'of each job that takes over the default',
      'default: {image: "x:$V", services: ["y:$V"]}\na: {variables: {V: "1"}}\nb: {variables: {V: "2"}, services: []}\nc: {image: z}\n',
      ['a image x:1', 'b image x:2', 'a service y:1', 'c image z'],
    ],
    [
      'that are set to nothing',
      'variables: {V: "3"}\nb: {variables: {V: ""}, image: "x$V"}\nc: {variables: {V: ~}, image: "y$V"}\n',
      ['b image x', 'c image y'],
    ],
    [
      'as Ruby writes them',
      'b: {image: "x:$V", parallel: {matrix: [{V: [2.7, 3.0, 010, 1_000, yes, 1e3, !!str 010, "3.0"]}]}}\n',
      ['2.7', '3.0', '8', '1000', 'true', '1e3', '010'].map((tag) => `b image x:${tag}`),
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
      '1:23 b: image | is a !reference to what is not in these files',
    ],
    [
      'a !reference to services',
      'b: {services: !reference [.t, services]}\n',
      '1:26 b: services | is a !reference to what is not in these files',
    ],
    [
      'a !reference among services',
      'b: {services: [!reference [.t, services, 0]]}\n',
      '1:27 b: services | is a !reference to what is not in these files',
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
      'an include that is not called YAML',
      "include: 'ci/jobs.txt'\n",
      '1:10 include: ci/jobs.txt | is not called .yml or .yaml, so GitLab does not take it',
    ],
    [
      'an input in a variable',
      'b: {variables: {V: "$[[ inputs.v ]]"}, image: "x:$V"}\n',
      '1:47 b: image: x:$V | takes an input of the file',
    ],
    [
      'an input in a row of a matrix',
      'b: {image: "x:$V", parallel: {matrix: [{V: ["$[[ inputs.v ]]"]}]}}\n',
      '1:12 b: image: x:$V | takes an input of the file',
    ],
    [
      'a variable that a !reference may set',
      'b: {variables: !reference [.t, variables], image: "x:$V"}\n',
      '1:51 b: image: x:$V | takes $V, which a !reference may set',
    ],
    [
      'a variable whose value is a !reference',
      'b: {variables: {V: !reference [.t, variables, V]}, image: "x:$V"}\n',
      '1:59 b: image: x:$V | takes $V, which a !reference may set',
    ],
    [
      'a variable that rules elsewhere may set',
      'variables: {V: "3"}\nb: {image: "x:$V", rules: [!reference [.t, rules], {if: a}]}\n',
      '2:12 b: image: x:$V | takes $V, which a !reference may set',
    ],
    [
      'a variable that a matrix elsewhere may set',
      'variables: {V: "3"}\nb: {image: "x:$V", parallel: {matrix: !reference [.t, parallel, matrix]}}\n',
      '2:12 b: image: x:$V | takes $V, which a !reference may set',
    ],
    [
      'what is no variable in braces',
      'b: {image: "x:${V:-3}"}\n',
      '1:12 b: image: x:${V:-3} | takes ${V:-3}, where GitLab fills in no default as a shell does',
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

    expect(namesAndUnresolved('include:\n  - local: /ci/a.yml\nb: {image: main:1}\n', files)).toEqual({
      names: [
        '.gitlab-ci.yml:3:12 b image main:1',
        'ci/a.yml:2:28 b service a:2',
        'ci/a.yml:3:12 c image a:3',
        'ci/b.yml:2:12 d image b:2',
      ],
      unresolved: [],
    });
  });

  it('takes the last of duplicate keys, and reports the overridden one', () => {
    const text = 'a:\n  image: x:1\n  script: [a]\n  image: x:2\na2: {image: y}\na2: {image: z}\n';

    expect(find(text)).toEqual({
      names: ['.gitlab-ci.yml:4:10 a image x:2', '.gitlab-ci.yml:6:13 a2 image z'],
      imageless: [],
      unresolved: [],
      overridden: ['.gitlab-ci.yml:2:3 image by line 4', '.gitlab-ci.yml:5:1 a2 by line 6'],
    });
  });

  it('merges in the order of the file, as Ruby does', () => {
    const text =
      '.a: &a {image: x}\n.b: &b {image: z}\nb: {image: y, <<: *a}\nc: {<<: *a, image: y}\nd: {<<: *a, <<: *b}\n';

    expect(namesIn(text)).toEqual(['b image x', 'd image z', 'c image y']);
    expect(find(text).overridden).toEqual([]);
  });

  it.each([
    ['an image', '.t: {image: x}\nb: {image: !reference [.t, image]}\n', ['b image x']],
    [
      'a service',
      '.t: {services: [x, y]}\nb: {services: [!reference [.t, services, 1]]}\n',
      ['.t service x', 'b service y'],
    ],
    [
      'services',
      '.t: {services: [x]}\nb: {services: [z, !reference [.t, services]]}\n',
      ['b service x', 'b service z'],
    ],
    [
      'what a template extends',
      '.t: {image: x}\n.u: {extends: .t}\nb: {extends: .w}\n.w: {image: !reference [.u, image]}\n',
      ['b image x'],
    ],
    [
      'another !reference',
      '.t: {image: x}\n.u: {image: !reference [.t, image]}\nb: {image: !reference [.u, image]}\n',
      ['b image x'],
    ],
    [
      'through another',
      '.t: {v: {V: x}}\n.u: {v: !reference [.t, v]}\nb: {variables: {V: !reference [.u, v, V]}, image: "y:$V"}\n',
      ['b image y:x'],
    ],
    [
      'rules',
      '.t: {rules: [{if: a, variables: {V: "1"}}]}\nb: {image: "x:$V", variables: {V: "2"}, rules: [!reference [.t, rules], {if: b}]}\n',
      ['b image x:1', 'b image x:2'],
    ],
    [
      'variables',
      '.t: {variables: {V: "1"}}\nb: {image: "x:$V", variables: !reference [.t, variables]}\n',
      ['b image x:1'],
    ],
    [
      'a matrix',
      '.t: {parallel: {matrix: [{V: ["1", "2"]}]}}\nb: {image: "x:$V", parallel: {matrix: !reference [.t, parallel, matrix]}}\n',
      ['b image x:1', 'b image x:2'],
    ],
  ])('follows a !reference to %s', (_, text, expected) => {
    expect(find(text).unresolved).toEqual([]);
    expect(namesIn(text)).toEqual(expected);
  });

  it('follows a !reference into another file', () => {
    const files = { 'a.yml': '.t: {services: [&s x, *s], rules: [{if: a}]}\n' };

    expect(
      find('include: a.yml\nb: {image: y, services: [!reference [.t, services]]}\n', files).names,
    ).toEqual(['.gitlab-ci.yml:2:12 b image y', 'a.yml:1:20 b service x']);
  });

  it.each([
    [
      'circle',
      '.t: {image: !reference [.u, image]}\n.u: {image: !reference [.t, image]}\nb: {image: !reference [.t, image]}\n',
    ],
    ['!reference to itself', 'b: {image: !reference [b, image]}\n'],
    ['!reference without a key', '.t: x\nb: {image: !reference [.t]}\n'],
    ['!reference that is no list', 'b: {image: !reference x}\n'],
    [
      'map that is put together',
      '.t: {variables: {A: a}}\n.u: {extends: .t, variables: {B: b}}\nb: {image: x$A, variables: !reference [.u, variables]}\n',
    ],
  ])('lists a %s as not resolved', (_, text) => {
    const { unresolved } = find(text);

    expect(unresolved.length).toBeGreaterThan(0);
    expect(unresolved.every((each) => each.includes('!reference'))).toBe(true);
  });

  it('follows an include by a pattern, in the order of the names, but for the file itself', () => {
    const files = {
      'ci/b.yml': 'b: {image: b:1}\na: {image: b:2}\n',
      'ci/a.yml': 'a: {image: a:1}\nc: {image: a:2}\n',
      'ci/deep/d.yml': 'd: {image: d:1}\n',
      'ci/e.txt': 'e: {image: e}\n',
      '.gitlab-ci.yml': 'f: {image: f}\n',
    };
    const named = (pattern: string) =>
      find(`include: '${pattern}'\nm: {image: m:1}\n`, files).names.map((found) => found.split(' ').at(-1));

    expect(named('/ci/*.yml')).toEqual(['m:1', 'b:1', 'b:2', 'a:2']);
    expect(named('ci/**.yml')).toEqual(['m:1', 'd:1', 'b:1', 'b:2', 'a:2']);
    expect(named('ci/**/*.yml')).toEqual(['m:1', 'd:1']);
    expect(named('**.yml')).toEqual(['m:1', 'd:1', 'b:1', 'b:2', 'a:2']);
    expect(named('none/*.yml')).toEqual(['m:1']);
    expect(find("include: 'ci/*'\na: {image: x}\n", files).unresolved).toEqual([
      '.gitlab-ci.yml:1:10 include: ci/*: ci/e.txt | is not called .yml or .yaml, so GitLab does not take it',
    ]);
  });

  it.each([
    ['it names none', 'a: {script: make}\n', ['1:1 a']],
    ['it names nothing', 'a: {image: ~, script: make}\n', ['1:1 a']],
    ['it changes the entrypoint of no image', 'a: {image: {entrypoint: [x]}}\n', ['1:1 a']],
    ['it does not inherit the default', 'image: x\na: {inherit: {default: false}}\nb: {}\n', ['2:1 a']],
    [
      'it inherits others only',
      'image: x\na: {inherit: {default: [tags]}}\nb: {inherit: {default: [image]}}\n',
      ['2:1 a'],
    ],
    ['the variable is empty', 'variables: {V: ""}\na: {image: "$V"}\n', ['2:12 a']],
    [
      'no rule sets the variable',
      'a: {image: "$V", rules: [{if: x, variables: {V: x}}, {if: y}]}\n',
      ['1:12 a'],
    ],
  ])('reports a job without an image: %s', (_, text, expected) => {
    expect(find(text).imageless).toEqual(expected.map((place) => `.gitlab-ci.yml:${place}`));
  });

  it.each([
    ['has its own', 'a: {image: x}\n'],
    ['takes the default', 'default: {image: x}\na: {}\n'],
    ['extends a template that has one', '.t: {image: x}\na: {extends: .t}\n'],
    ['is a template', '.t: {script: x}\n'],
    ['starts a pipeline', 'a: {trigger: x}\n'],
    ['has one that cannot be read', 'a: {image: !reference [.t, image]}\nb: {image: "$X"}\n'],
  ])('takes no job for one without an image that %s', (_, text) => {
    expect(find(text).imageless).toEqual([]);
  });

  it.each([
    ['a file', 'include: {template: x.yml}\na: {}\n'],
    ['a template', 'a: {extends: .elsewhere}\n'],
  ])('leaves a job without an image open where %s is not resolved', (_, text) => {
    expect(find(text).imageless).toEqual([
      expect.stringMatching(/^.gitlab-ci.yml:\d:1 a \| may get one from what is not resolved$/),
    ]);
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
      'a chain of aliases',
      `${chain((n) => `a${n}: &a${n} [*a${n - 1}]`, 'a0: &a0 [x]')}b: {services: *a20000}\n`,
    ],
    [
      'a bomb of variables',
      `variables:\n  A0: ''\n${bomb((n) => `  A${n}: "${`$A${n - 1}`.repeat(9)}"`, '')}b: {image: "x$A40"}\n`,
    ],
    [
      'a bomb of variables that grows',
      `variables:\n  A0: x\n${bomb((n) => `  A${n}: "${`$A${n - 1}`.repeat(9)}"`, '')}b: {image: "$A5"}\n`,
    ],
    [
      'rules upon rules',
      `variables: {V: x}\n${Array.from({ length: 300 }, (_, n) => `j${n}: {image: "$V", rules: [${Array.from({ length: 20 }, (_, m) => `{if: a, variables: {V: v${m}}}`).join(', ')}]}`).join('\n')}\n`,
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
    [
      'more merges than anybody writes',
      `${Array.from({ length: 1500 }, (_, n) => `.a${n}: &a${n} {image: x}\n`).join('')}a: {<<: [${Array.from({ length: 1500 }, (_, n) => `*a${n}`).join(',')}], x: y}\n`,
      'this merges (`<<`) more than 1000 others',
    ],
    ['jobs that merge hundreds of maps each', mergesUponMerges, 'to work this out takes too long'],
  ])('refuses a file with %s in clear words', (_, text, mistake) =>
    expect(() => find(text)).toThrow(mistake),
  );

  it('names the included file that is no YAML', () => {
    expect(() => find('include: ci/a.yml\n', { 'ci/a.yml': 'a: [' })).toThrow('ci/a.yml:1:5: ');
  });

  it('lists an image or a service that is a map without a name, unless something unread may name it', () => {
    const nameless = 'a: {image: {nmae: ruby}, services: [{alias: db}]}\n';

    expect(find(nameless).unresolved).toEqual([
      '.gitlab-ci.yml:1:12 a: image | has no `name`, and GitLab refuses the file for it',
      '.gitlab-ci.yml:1:37 a: services | has no `name`, and GitLab refuses the file for it',
    ]);
    expect(
      find('.t: {image: {name: ruby}}\na: {extends: .t, image: {entrypoint: [""]}}\n').unresolved,
    ).toEqual([]);
    expect(find('a: {extends: .gone, image: {entrypoint: [""]}}\n').unresolved).toHaveLength(1);
  });
});

/** A few kilobytes, of which each job costs a thousand times its line. */
const mergesUponMerges = [
  ...Array.from({ length: 900 }, (_, n) => `.t${n}: &t${n} {k${n}: x}`),
  `.all: &all {<<: [${Array.from({ length: 900 }, (_, n) => `*t${n}`).join(',')}]}`,
  ...Array.from({ length: 1000 }, (_, n) => `j${n}: {<<: *all}`),
].join('\n');

const digits = '"0", "1", "2", "3", "4"';

function bomb(line: (level: number) => string, first: string): string {
  return `${[first, ...Array.from({ length: 40 }, (_, index) => line(index + 1))].join('\n')}\n`;
}

function chain(line: (level: number) => string, first: string): string {
  return `${[first, ...Array.from({ length: 20_000 }, (_, index) => line(index + 1))].join('\n')}\n`;
}
