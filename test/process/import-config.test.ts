// import-config as an operator starts it: files in, three files out or none, and then jobs run by what came out.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { troubleExitCode } from '../../cmd/command/define-command.ts';
import { importConfigFile } from '../../cmd/import-config.ts';
import { writeNewFiles } from '../../cmd/write-new-files.ts';
import { demoJobs } from '../../scripts/demo-jobs.ts';
import { makeRepository } from '../../scripts/demo-project.ts';
import { readToml } from '../../src/import-config/toml/read-toml.ts';
import { describeFailure } from '../../src/outcome/describe-failure.ts';
import { isReal } from '../cluster/cluster-under-test.ts';
import { readCiJob } from '../model-runner/gitlab/read-ci-job.ts';
import type { RunnerSettings } from '../model-runner/options.ts';
import { clusterSuite } from './on-cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let calls = 0;
async function importInto(file: string, ...words: readonly string[]) {
  calls += 1;
  const out = join(folder, `out-${calls}`);
  const said = { stdout: '', stderr: '' };
  const io = {
    env: {},
    stdout: { write: (text: string) => (said.stdout += text) },
    stderr: { write: (text: string) => (said.stderr += text) },
    signal: new AbortController().signal,
  };
  // As runCommand does.
  const code = await importConfigFile.call(['--out', out, ...words, file], io).catch((error: unknown) => {
    said.stderr += describeFailure(error, { isJobLog: false });
    return troubleExitCode;
  });
  return { code, out, ...said };
}

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const realistic = 'test/import-config/realistic.toml';

describe('import-config', () => {
  it('writes policy, runner and report, readable for nobody else, and says what to do next', async () => {
    const { code, out, stdout } = await importInto(realistic);

    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['import-report.md', 'policy.yaml', 'runner.toml']);
    expect(stdout).toMatch(
      /^\d+ keys: \d+ the same, .*\nThen: gitlab-pod-executor check --policy .* --lint\n$/,
    );
    expect(JSON.parse((await importInto(realistic, '--json')).stdout)).toMatchObject({
      keys: expect.arrayContaining([expect.objectContaining({ key: 'image', verdict: 'same' })]),
    });
  });

  it('writes over no file, and leaves nothing half-written', async () => {
    const { out } = await importInto(realistic);
    rmSync(join(out, 'runner.toml'));
    symlinkSync('/nowhere', join(out, 'import-report.md.link'));
    const before = readdirSync(out).map((name) => [
      name,
      name.endsWith('link') ? '' : readFileSync(join(out, name), 'utf8'),
    ]);
    const again = await importInto(realistic, '--out', out);

    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(
      /Nothing was written: .*policy\.yaml, .*import-report\.md are there already\. Give another folder/,
    );
    expect(
      readdirSync(out).map((name) => [
        name,
        name.endsWith('link') ? '' : readFileSync(join(out, name), 'utf8'),
      ]),
    ).toEqual(before);
  });

  it('names three mistakes of a config.toml at once, and makes no folder', async () => {
    const file = fileOf(
      'three.toml',
      '[[runners]]\nexecutor = "kubernetes"\n[runners.kubernetes]\nimage = 1\ncpu_limit = 2\nprivileged = "no"\n',
    );
    const { code, stderr } = await importInto(file);

    expect(code).toBe(2);
    for (const place of [`${file}:4:1: `, `${file}:5:1: `, `${file}:6:1: `]) expect(stderr).toContain(place);
    expect(readdirSync(folder)).not.toContain(`out-${calls}`);
  });

  it('reads the values of a chart through anchors, with the places of the file', async () => {
    const chart = (namespace: string) =>
      fileOf(
        'values.yaml',
        `x: &labels {a: b}\npodLabels: *labels\nrunners:\n  privileged: true\n  config: |\n    [[runners]]\n      [runners.kubernetes]\n        namespace = ${namespace}\n        image = "ruby:3"\n`,
      );
    const helm = await importInto(chart('"{{.Release.Namespace}}"'));
    expect(helm.stderr).toMatch(
      /values\.yaml:8:9: runners\[0\]\.kubernetes\.namespace is `{{\.Release\.Namespace}}`, which Helm fills in; say which one it is with --namespace/,
    );
    const named = await importInto(chart('"{{.Release.Namespace}}"'), '--namespace', 'jobs');
    expect(named.code).toBe(0);
    expect(parse(readFileSync(join(named.out, 'policy.yaml'), 'utf8'))).toMatchObject({
      cluster: { namespace: 'jobs' },
      default_image: 'ruby:3',
    });
    expect(readFileSync(join(named.out, 'import-report.md'), 'utf8')).toContain(
      'they did nothing: `runners.privileged`',
    );
    expect((await importInto(chart('{{.Release.Namespace}}'))).stderr).toContain(
      'what Helm fills in must stand in quotes',
    );
  });

  it('says in words that a file cannot be read, and how it is called', async () => {
    expect((await importInto(join(folder, 'missing.toml'))).stderr).toContain('Cannot read');
    expect((await importInto(folder)).code).toBe(2);
    expect((await importInto(realistic, '--namespace', 'My Jobs')).stderr).toContain(
      '--namespace is not a name for a namespace',
    );
    expect((await importInto(realistic, 'another')).stderr).toContain(
      'import-config takes one FILE, and got 2.',
    );
  });
});

describe('writeNewFiles', () => {
  it('takes back what it wrote where it cannot write all of it', () => {
    const out = join(folder, 'half');
    mkdirSync(out);

    // A name that no file system takes: the first file is there by then.
    expect(() => writeNewFiles(out, { a: 'x', ['n'.repeat(300)]: 'y' })).toThrow();
    expect(readdirSync(out)).toEqual([]);
    expect(() => writeNewFiles(join(folder, 'new'), { 'a/b': 'x' })).toThrow();
    expect(readdirSync(folder)).not.toContain('new');
  });
});

const suite = await clusterSuite('jobs run by an imported configuration');

describe.skipIf(suite.reason ?? (isReal ? 'the images of the file are those of the embedded cluster' : null))(
  'an imported configuration',
  () => {
    it('runs the jobs of the demo as they are, and one that sets its own limit', async () => {
      const { out } = await importInto(realistic);
      const { cluster: place, ...policy } = parse(readFileSync(join(out, 'policy.yaml'), 'utf8')) as Record<
        string,
        unknown
      >;
      const repository = makeRepository(folder);
      const options = { policy, runner: runnerOf(join(out, 'runner.toml')) };

      expect(place).toEqual({ namespace: suite.cluster().namespace });
      const faults = await Promise.all(
        // An image build needs a profile, which GitLab's configuration has no key for.
        Object.entries(demoJobs)
          .filter(([name]) => name !== 'builds-an-image')
          .map(async ([name, job]) => {
            const result = await suite.cluster().run(readCiJob({ repository, ciJob: name }), options);
            return job.proofs(result).flatMap(({ fault }) => (fault === null ? [] : [`${name}: ${fault}`]));
          }),
      );
      expect(faults.flat()).toEqual([]);
      const own = { variables: { GIT_STRATEGY: 'none', KUBERNETES_MEMORY_LIMIT: '1Gi' }, script: ['id -u'] };
      const result = await suite.cluster().run(own, options);
      expect(result.readableTrace).toContain(
        'Set by this job: memory limit of build 1Gi (KUBERNETES_MEMORY_LIMIT).',
      );
      expect(result.state).toBe('success');
    });
  },
);

/** As GitLab Runner reads it. */
function runnerOf(file: string): RunnerSettings {
  const parsed = readToml(readFileSync(file, 'utf8'));
  if ('mistakes' in parsed) throw new Error(JSON.stringify(parsed.mistakes));
  const { runners, shutdown_timeout } = parsed.source.value as {
    readonly shutdown_timeout: number;
    readonly runners: readonly (RunnerSettings & { readonly custom: RunnerSettings })[];
  };
  const [{ custom, environment, shell, output_limit, feature_flags }] = runners as [(typeof runners)[number]];
  const { prepare_exec_timeout, graceful_kill_timeout, force_kill_timeout } = custom;
  const times = { prepare_exec_timeout, graceful_kill_timeout, force_kill_timeout };
  return {
    shutdown_timeout,
    environment,
    shell,
    output_limit,
    feature_flags,
    cache: 'shared',
    ...times,
  } as RunnerSettings;
}
