import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../cmd/check.ts';

const policy = `cluster: {namespace: ci}
allowed_images: [python:*, registry.example.org/**]
allowed_services: [postgres:*]
rules:
  - when: {projects: [team/**], protected_ref: true}
    allowed_images: [kaniko:*]
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'));
  put('policy.yaml', policy);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** With the policy in the environment, as an operator's shell has it. */
async function call(...argv: string[]) {
  const said = { stdout: '', stderr: '' };
  const code = await check.call(argv, {
    env: { GITLAB_POD_EXECUTOR_POLICY: join(folder, 'policy.yaml') },
    stdout: { write: (text) => (said.stdout += text) },
    stderr: { write: (text) => (said.stderr += text) },
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe('check', () => {
  it('ends with 0 when all are admitted, and with 1 when some are not', async () => {
    expect(await call('python:3')).toEqual({
      code: 0,
      stdout: 'allowed   python:3  `python:*` of allowed_images allows it.\n',
      stderr: '',
    });
    expect((await call('python:3', 'ruby:3')).code).toBe(1);
  });

  it('checks services, and names that look like options', async () => {
    expect((await call('--service', 'postgres:16')).code).toBe(0);
    expect((await call('--service', 'python:3')).code).toBe(1);
    expect((await call('--', '--lint')).stdout).toContain('it starts with a `-`');
  });

  it('gives programs one object for each name, in the order asked', async () => {
    const { stdout } = await call('--json', 'python', 'python:3');

    expect(JSON.parse(stdout)).toEqual([
      {
        image: 'python',
        canonical: 'docker.io/library/python:latest',
        kind: 'image',
        allowed: false,
        pattern: null,
        reason: { code: 'tag-missing', text: '`python` has no tag, and `python:*` needs one.' },
        suggestion: { text: 'Write the tag too, for example `python:latest`.', use: 'python:latest' },
      },
      {
        image: 'python:3',
        canonical: 'docker.io/library/python:3',
        kind: 'image',
        allowed: true,
        pattern: 'python:*',
        reason: { code: 'pattern', text: '`python:*` of allowed_images allows it.' },
        suggestion: null,
      },
    ]);
  });

  it.each([
    [[], 1],
    [['--project', 'team/app'], 1],
    [['--project', 'team/app', '--protected'], 0],
    [['--project', 'other/app', '--protected'], 1],
    [['--project-id', '7', '--protected'], 1],
  ])('checks by the rules for %j', async (options, code) => {
    expect((await call(...options, 'kaniko:1')).code).toBe(code);
  });

  describe('--ci-file', () => {
    it('follows local includes from the top of the repository, and no link out of it', async () => {
      mkdirSync(join(folder, 'repository/.git'), { recursive: true });
      const main = put(
        'repository/ci/main.yml',
        'include: [/ci/jobs.yml, /ci/link.yml]\na: {image: "$R/x:1"}\n',
      );
      put('repository/ci/jobs.yml', 'b: {image: ruby:3, services: [postgres:16]}\n');
      put('outside.yml', 'c: {image: secret:1}\n');
      symlinkSync(join(folder, 'outside.yml'), join(folder, 'repository/ci/link.yml'));

      const { code, stdout } = await call(
        '--json',
        '--ci-file',
        main,
        '--variable',
        'R=registry.example.org',
      );

      const { names, unresolved } = JSON.parse(stdout) as {
        names: { file: string; image: string; allowed: boolean; line: number; column: number }[];
        unresolved: unknown[];
      };
      expect(code).toBe(1);
      expect(names.map(({ image, allowed, line, column }) => [image, allowed, line, column])).toEqual([
        ['registry.example.org/x:1', true, 2, 12],
        ['ruby:3', false, 1, 12],
        ['postgres:16', true, 1, 31],
      ]);
      expect(names[0]?.file).toBe(relative('.', main));
      expect(unresolved).toEqual([
        {
          file: relative('.', main),
          line: 1,
          column: 25,
          what: 'include: /ci/link.yml',
          why: 'is not there',
          isInclude: true,
        },
      ]);
    });

    it('follows an include by a pattern as git has the files', async () => {
      mkdirSync(join(folder, 'globs/.git'), { recursive: true });
      const main = put('globs/.gitlab-ci.yml', "include: '/ci/**.yml'\nm: {image: python:0}\n");
      put('globs/ci/a.yml', 'a: {image: python:1}\n');
      put('globs/ci/deep/er/b.yml', 'b: {image: python:2}\n');
      put('globs/ci/deep/er/b.txt', 'not: yaml: at all');
      put('globs/ci/module/.git', 'gitdir: ../../.git/modules/module\n');
      put('globs/ci/module/c.yml', 'c: {image: evil:1}\n');
      put('globs/.git/ci/d.yml', 'd: {image: evil:2}\n');
      put('globs-outside/e.yml', 'e: {image: evil:3}\n');
      symlinkSync(join(folder, 'globs-outside'), join(folder, 'globs/ci/outside'));
      symlinkSync(join(folder, 'globs-outside/e.yml'), join(folder, 'globs/ci/e.yml'));
      symlinkSync('.', join(folder, 'globs/ci/loop'));

      const { code, stdout } = await call('--json', '--ci-file', main);

      const { names, unresolved } = JSON.parse(stdout) as {
        names: { image: string }[];
        unresolved: unknown[];
      };
      expect(names.map(({ image }) => image)).toEqual(['python:0', 'python:2', 'python:1']);
      expect({ code, unresolved }).toEqual({ code: 0, unresolved: [] });
    });

    it('a CI file comes by standard input, too', async () => {
      const text = 'a: {image: python:1}\nb: {image: "$X"}\n';
      const argv = ['check', '--policy', join(folder, 'policy.yaml'), '--ci-file', '-'];
      const said = /^allowed {3}python:1 {2}-:1:12 a\n.*\nGive their values: --variable X=…\n/s;
      // Node gives a program a socket, and a shell a pipe.
      const ways = [
        execa('dist/gitlab-pod-executor', argv, { input: text }),
        execa('bash', ['-c', 'printf %s "$0" | "$@"', text, 'dist/gitlab-pod-executor', ...argv]),
      ];

      for (const { stdout } of await Promise.all(ways)) expect(stdout).toMatch(said);
    });

    it('rejects a job without an image where the runner has no default one', async () => {
      const file = put(
        'imageless.yml',
        'a: {script: make}\nb: {image: "$V", rules: [{variables: {V: python:1}}, {if: x}]}\n',
      );
      const withDefault = put(
        'default.yaml',
        policy.replace('allowed_images', 'default_image: x\nallowed_images'),
      );

      const { code, stdout } = await call('--ci-file', file);

      const place = relative('.', file);
      expect(code).toBe(1);
      expect(stdout).toBe(`allowed   python:1    ${place}:2:12 b
rejected  (no image)  ${place}:1:1 a
          The job has no image:, and this runner has no default for it.
          Name one of the images that are allowed.
rejected  (no image)  ${place}:2:12 b
1 allowed, 2 rejected.
`);
      expect(await call('--ci-file', file, '--policy', withDefault)).toMatchObject({
        code: 0,
        stdout: `allowed   python:1  ${place}:2:12 b\n`,
      });
      expect(JSON.parse((await call('--json', '--ci-file', file)).stdout)).toMatchObject({
        names: [
          { image: 'python:1' },
          { image: '', allowed: false, reason: { code: 'no-image' }, job: 'a', line: 1 },
          { job: 'b' },
        ],
      });
    });

    it('leaves open whether a job gets its image from what is not resolved', async () => {
      const file = put('open.yml', 'include: {template: x.yml}\na: {script: make}\n');

      const { code, stdout } = await call('--ci-file', file);

      expect(code).toBe(0);
      expect(stdout).toContain(
        `${relative('.', file)}:2:1 a: no image: may get one from what is not resolved`,
      );
      expect(stdout).toContain('0 allowed, 0 rejected, 2 not resolved.');
    });

    it('checks the last of duplicate keys, and reports the first', async () => {
      const file = put('twins.yml', 'a:\n  image: evil:1\n  image: python:3\n');
      const place = relative('.', file);

      expect(await call('--ci-file', file)).toEqual({
        code: 0,
        stdout: `allowed   python:3  ${place}:3:10 a

Duplicate keys; GitLab silently uses the last:
  ${place}:2:3 image: ignored; line 3 has it again
`,
        stderr: '',
      });
      expect(JSON.parse((await call('--json', '--ci-file', file)).stdout)).toMatchObject({
        overridden: [{ file: place, line: 2, column: 3, key: 'image', winnerLine: 3 }],
      });
    });

    it('writes a code quality report, which GitLab shows at the lines of a merge request', async () => {
      const file = put(
        'quality.yml',
        'a:\n  image: python:3\n  script: x\nb:\n  image: ruby:3\n  script: x\n',
      );
      const { code, stdout } = await call('--ci-file', file, '--format', 'codequality');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject([{ severity: 'blocker', location: { lines: { begin: 5 } } }]);
      expect((await call('--ci-file', file, '--format', 'junit')).stderr).toContain(
        '--format takes codequality',
      );
      expect((await call('ruby:3', '--format', 'codequality')).stderr).toContain('--format is for --ci-file');
    });

    it('says which file cannot be read, and why', async () => {
      await expect(call('--ci-file', join(folder, 'none.yml'))).rejects.toMatchObject({
        code: 'ci-file-unreadable',
      });
      await expect(call('--ci-file', put('broken.yml', 'a: ['))).rejects.toThrow('broken.yml:1:5: ');
    });
  });

  describe('--lint', () => {
    it('ends with 0 for gaps, and with 1 for a risk, each with its place', async () => {
      expect(await call('--lint')).toMatchObject({ code: 0 });
      const file = put(
        'risky.yaml',
        'cluster: {namespace: ci}\nallowed_images:\n  - registry.example.org*/**\n',
      );

      const { code, stdout } = await call('--lint', '--policy', file);

      expect(code).toBe(1);
      expect(stdout).toContain(`${file}:3:5: allowed_images[0]\n    registry.example.org*/** also allows`);
    });

    it('does not call a policy free of findings below a remark on it', async () => {
      const file = put(
        'empty-lists.yaml',
        'cluster: {namespace: ci}\nallowed_images: []\nallowed_services: []\n',
      );

      const { stdout } = await call('--lint', '--policy', file);

      expect(stdout).toContain(`${file}:2:17: allowed_images is empty`);
      expect(stdout).not.toContain('no findings');
    });

    it('gives programs a list', async () => {
      const { stdout } = await call('--lint', '--json');

      expect(JSON.parse(stdout)).toMatchObject([
        { path: ['allowed_images', 0], about: 'python:*', severity: 'gap', line: 2, column: 18 },
        { path: ['allowed_services', 0], about: 'postgres:*', severity: 'gap', line: 3, column: 20 },
        { path: ['rules', 0, 'allowed_images', 0], about: 'kaniko:*', severity: 'gap', line: 6, column: 22 },
      ]);
    });
  });

  it.each([
    [[], 'check needs the name of an image, --ci-file FILE, --lint, or --against FILE.'],
    [['--lint', 'x'], 'one of them at a time'],
    [['--service', '--lint'], '--service is about names'],
    [['--frob'], "check does not understand its arguments: Unknown option '--frob'.\n"],
    [['--project-id', 'x', 'y'], '--project-id takes a number'],
    [['--variable', 'X', 'y'], '--variable takes KEY=VALUE'],
  ])('ends with 2 for the wrong usage %j', async (argv, words) => {
    const { code, stdout, stderr } = await call(...argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('explains itself', async () => {
    const { code, stdout } = await call('--help');

    expect(code).toBe(0);
    for (const option of [
      '--policy',
      '--service',
      '--json',
      '--ci-file',
      '--lint',
      '--project',
      '--variable',
    ]) {
      expect(stdout).toContain(option);
    }
  });
});
