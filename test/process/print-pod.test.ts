import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../cmd/check.ts';
import { printPod } from '../../cmd/print-pod.ts';
import { FakeRegistry } from '../registry/fake-registry.ts';
import { putSimpleSignatures, signingKey } from '../registry/sign-image.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'print-pod-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const job = {
  id: 1001,
  token: 'canary-token',
  job_info: { name: 'test', project_id: 42, project_full_path: 'group/project', namespace_id: 7 },
  git_info: {
    repo_url: 'https://gitlab-ci-token:canary-git@gitlab.example.com/group/project.git',
    ref: 'main',
  },
  runner_info: { timeout: 3600 },
  variables: [
    { key: 'SECRET', value: 'canary-variable' },
    { key: 'PUBLIC', value: 'canary-public $SECRET', public: true },
  ],
  image: { name: 'ruby:3.4', executor_opts: { kubernetes: { user: '2000' } } },
  services: [
    { name: 'redis:8', alias: 'cache', variables: [{ key: 'OWN', value: 'canary-own $SECRET $(SECRET)' }] },
  ],
  credentials: [{ type: 'registry', url: 'r.example.com', username: 'u', password: 'canary-password' }],
};

const policy = 'cluster:\n  namespace: ci\n';

/** A whole call, with both files on disk. */
async function call(
  argv: readonly string[],
  { jobText = JSON.stringify(job), policyText = policy } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [jobFile, policyFile] = [join(folder, 'job.json'), join(folder, 'policy.yaml')];
  writeFileSync(jobFile, jobText);
  writeFileSync(policyFile, policyText);
  const said = { stdout: '', stderr: '' };
  const code = await printPod.call(
    argv.map((word) => word.replace('JOB', jobFile).replace('POLICY', policyFile)),
    {
      env: {},
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: (text) => (said.stderr += text) },
      signal: new AbortController().signal,
    },
  );
  return { code, ...said };
}

test('print-pod shows a lasting workspace, and says that it stands for others', async () => {
  const lasting = `${policy}lasting_workspaces: {size: 1Gi, slots: 3}\n`;
  const { stdout, stderr } = await call(['JOB', 'POLICY'], { policyText: lasting });
  const { spec } = parse(stdout) as { spec: { volumes: unknown[] } };
  expect(spec.volumes).toContainEqual({
    name: 'workspace',
    persistentVolumeClaim: { claimName: expect.stringMatching(/^workspace-[0-9a-f]{20}-1$/) as string },
  });
  expect(stderr).toContain(
    'The workspace is number 1 of 3 that jobs of this project and kind of ref may have',
  );
});

test('print-pod prints the pod as YAML, with the source of each security field', async () => {
  const { code, stdout, stderr } = await call(['JOB', 'POLICY']);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(parse(stdout)).toMatchObject({ kind: 'Pod', metadata: { name: 'job-1001-printpod' } });
  expect(stdout).toContain('runAsUser: 2000 # image:kubernetes:user\n');
  expect(stdout).toContain('- name: job-1001-printpod-pull\n');
});

test('print-pod shows where services get their variables', async () => {
  const { spec } = parse((await call(['JOB', 'POLICY'])).stdout) as { spec: { containers: object[] } };

  expect(spec.containers.at(-1)).toMatchObject({
    name: 'svc-0',
    envFrom: [{ secretRef: { name: 'job-1001-printpod-services' } }],
    env: [
      {
        name: 'OWN',
        valueFrom: { secretKeyRef: { name: 'job-1001-printpod-services-own', key: 'svc-0.OWN' } },
      },
    ],
  });
});

test('print-pod says what a job may not have, at its own place', async () => {
  const [service] = job.services;
  const grown = { ...service, variables: [{ key: 'GROWN', value: '$SECRET'.repeat(20_000) }] };
  const { code, stderr } = await call(['JOB', 'POLICY'], {
    jobText: JSON.stringify({ ...job, services: [grown] }),
  });

  expect(code).toBe(1);
  expect(stderr).toContain('  services[0]:variables:GROWN: $SECRET$SECRET');
  expect(stderr).not.toContain('canary');
});

test('print-pod holds no secret of the job', async () => {
  for (const format of [[], ['--json']]) {
    expect((await call([...format, 'JOB', 'POLICY'])).stdout).not.toContain('canary');
  }
});

test('print-pod prints one JSON object', async () => {
  const { code, stdout } = await call(['--json', '--runner-version', '19.4.0', 'JOB', 'POLICY']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    manifest: { kind: 'Pod' },
    podSecurity: 'restricted',
    overridden: [],
  });
  expect(stdout).toContain('gitlab-runner-helper:x86_64-v19.4.0');
});

test('print-pod shows the early proof that an old cluster gets', async () => {
  expect((await call(['JOB', 'POLICY'])).stdout).not.toContain('init-user-namespace');
  expect((await call(['--old-cluster', 'JOB', 'POLICY'])).stdout).toContain('name: init-user-namespace');
});

test('print-pod says why a job is rejected, without colours where nobody sees them', async () => {
  const { code, stdout, stderr } = await call(['JOB', 'POLICY'], {
    policyText: `${policy}allowed_images: []\n`,
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('ERROR: This runner does not allow the image "ruby:3.4".');
  expect(stderr).not.toContain('\u001b');
});

test('print-pod answers a rejection in JSON where that is asked for', async () => {
  const { code, stdout, stderr } = await call(['--json', 'JOB', 'POLICY'], {
    jobText: JSON.stringify({ ...job, services: [{ name: 'redis\u009b2J:8', alias: 'my_cache' }] }),
    policyText: `${policy}allowed_images: []\nrejection: { exit_code: 77 }\n`,
  });

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    rejection: {
      policy: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      exitCode: 77,
      findings: [
        { kind: 'name', key: 'image', verdict: { image: 'ruby:3.4', reason: { code: 'empty-list' } } },
        { kind: 'name', verdict: { image: 'redis?2J:8' } },
        { kind: 'alias', key: 'services[0]:alias', requested: 'my_cache' },
      ],
    },
  });
  // People read it all the same.
  expect(stderr).toContain('ERROR: This runner does not allow 3 things that this job asks for.');
});

test('print-pod says which user contradicts the policy', async () => {
  const root = { ...job, image: { name: 'ruby', executor_opts: { kubernetes: { user: '0' } } } };

  const { code, stdout, stderr } = await call(['JOB', 'POLICY'], {
    jobText: JSON.stringify(root),
    policyText: `${policy}allowed_users: [0]\n`,
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(
    "The build container cannot run as user 0: the executor's own default forbids it (`enforced_security_context.runAsNonRoot`, which the runner's policy does not set).\n",
  );
});

test('print-pod says which alias no pod can have', async () => {
  const jobText = JSON.stringify({ ...job, services: [{ name: 'redis:8', alias: 'my_cache' }] });

  const { code, stdout, stderr } = await call(['JOB', 'POLICY'], { jobText });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('\n  services[0]:alias: my_cache\n');
  expect(stderr).toContain('Instead:       Choose another alias; `my-cache`, say.\n');
});

test('says that a job may not move its project', async () => {
  const jobText = JSON.stringify({ ...job, variables: [{ key: 'GIT_CLONE_PATH', value: '/builds/x' }] });

  const { code, stderr } = await call(['JOB', 'POLICY'], { jobText });

  expect(code).toBe(1);
  expect(stderr).toContain('\n  GIT_CLONE_PATH: /builds/x\n');
});

test('says which credentials are left out, as the log of the job does', async () => {
  const variables = [{ key: 'DOCKER_AUTH_CONFIG', value: 'canary, no JSON' }];

  const { code, stderr } = await call(['JOB', 'POLICY'], { jobText: JSON.stringify({ ...job, variables }) });

  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'WARNING: Credentials in the variable DOCKER_AUTH_CONFIG are left out: it is not JSON.\n',
  });
});

test('says that a runner proves no user namespaces, as the log of the job does', async () => {
  const { code, stderr } = await call(['JOB', 'POLICY'], {
    policyText: `${policy}user_namespaces: unproven\n`,
  });

  expect({ code, stderr }).toEqual({
    code: 0,
    stderr:
      "WARNING: user namespaces are not proven on this runner (`user_namespaces: unproven`). It is for trying out; do not run strangers' jobs on it.\n",
  });
});

test('print-pod explains itself, and what it did not understand', async () => {
  expect(await call(['--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage:') as string,
  });
  for (const words of [
    [],
    ['JOB', '--sample'],
    ['JOB', 'POLICY', '--policy', 'POLICY'],
    ['--job', 'JOB', 'JOB'],
  ])
    expect(await call(words)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'print-pod takes one job, --job FILE or --sample, and one policy',
      ) as string,
    });
  expect(await call(['--jsn', 'JOB', 'POLICY'])).toMatchObject({ code: 2, stdout: '' });
});

const undated = (text: string): string => text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'DATE');

test('print-pod shows the same pod whether files are named by option or by place', async () => {
  const byOptions = await call(['--job', 'JOB', '--policy', 'POLICY']);
  const byPlace = await call(['JOB', 'POLICY']);
  expect(byOptions.code).toBe(0);
  expect(undated(byOptions.stdout)).toBe(undated(byPlace.stdout));
});

test('print-pod shows a pod without any job at hand, with the image that is asked for', async () => {
  const sample = await call(['--sample', '--image', 'ruby:3.4', '--policy', 'POLICY']);
  expect(sample).toMatchObject({ code: 0, stderr: '' });
  expect(sample.stdout).toContain('image: docker.io/library/ruby:3.4');
  expect((await call(['--sample', '--policy', 'POLICY'])).stdout).toContain(
    'image: docker.io/library/debian:12',
  );
  const sampleFile = await call(['--job', 'config/sample-job.json', '--policy', 'POLICY']);
  expect(undated(sampleFile.stdout)).toBe(undated((await call(['--sample', '--policy', 'POLICY'])).stdout));
});

test('print-pod says why a job is rejected without the marks that GitLab folds a log by', async () => {
  const policyText = `${policy}allowed_images: [a, b, c, d, e, f, g, h, i, j, k, l]\nallowed_services: [x]\n`;
  const { code, stderr } = await call(['JOB', 'POLICY'], { policyText });
  expect(code).toBe(1);
  expect(stderr).toContain('ruby:3.4');
  expect(stderr).not.toContain('section_');
});

test('print-pod names a job file that cannot be read', async () => {
  await expect(call([join(folder, 'no-such-file'), 'POLICY'])).rejects.toThrow(
    /Cannot read the job .*no-such-file/,
  );
});

test('print-pod and check show digests and signatures where they are asked to, and say so where they are not', async () => {
  const registry = await FakeRegistry.start();
  const key = signingKey();
  const name = `${registry.host}/app:1`;
  const digest = registry.putManifest('app', {}, { tag: '1' });
  registry.putManifest('helper', {}, { tag: '1' });
  putSimpleSignatures(registry, [{ path: 'app', digest, by: key }]);
  const jobText = JSON.stringify({ ...job, image: { name }, services: [] });
  const policyFor = (keys: readonly string[]): string =>
    JSON.stringify({
      cluster: { namespace: 'ci' },
      helper_image: `${registry.host}/helper:1`,
      images: { require_signature: [{ images: ['**/app:*'], keys }], registries: registry.registries },
    });
  const policyText = policyFor([key.publicPem]);

  const without = await call(['JOB', 'POLICY'], { jobText, policyText });
  expect(without.stderr).toContain('--resolve asks for them here');
  expect(registry.requests).toEqual([]);

  const { stdout } = await call(['--resolve', 'JOB', 'POLICY'], { jobText, policyText });
  expect(stdout).toMatch(
    new RegExp(`^# Image of build: ${name} is ${digest}, signed with the key [0-9a-f]{12}$`, 'm'),
  );
  expect(stdout).toContain(`image: ${registry.host}/app@${digest}`);
  const asJson = await call(['--resolve', '--json', 'JOB', 'POLICY'], { jobText, policyText });
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    pinned: [{ container: 'build', name, digest }, { container: 'helper' }],
  });

  const unsigned = { jobText, policyText: policyFor([signingKey().publicPem]) };
  const { code, stderr } = await call(['--resolve', 'JOB', 'POLICY'], unsigned);
  expect(code).toBe(1);
  expect(stderr).toContain('The signature that its registry has is by another key');

  const said = { stdout: '' };
  const checked = await check.call(
    ['--resolve', '--policy', join(folder, 'policy.yaml'), name, `${registry.host}/no:1`],
    {
      env: {},
      stdout: { write: (text) => (said.stdout += text) },
      stderr: { write: () => true },
      signal: new AbortController().signal,
    },
  );
  expect(checked).toBe(1);
  expect(said.stdout).toMatch(new RegExp(`${name} is ${digest}, and would be rejected. .*another key`));
  expect(said.stdout).toContain(`${registry.host}/no:1 cannot be resolved: there is no tag 1`);
  await registry.close();
});
