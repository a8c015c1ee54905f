// The two commands whole: arguments, policy file, API server, what is printed, exit code.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Command } from '../../cmd/command/define-command.ts';
import { doctor } from '../../cmd/doctor.ts';
import { sweep } from '../../cmd/sweep.ts';
import { json, type Received, refuse, startFakeServer } from '../cluster/kubernetes/fake-api-server.ts';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';

const directory = mkdtempSync(join(tmpdir(), 'sweep-and-doctor-'));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const token = 'canary-token';
const labels = { 'app.kubernetes.io/managed-by': 'gitlab-pod-executor', 'gitlab-pod-executor/job-id': '7' };
const overdue = { 'gitlab-pod-executor/deadline': '2020-01-01T00:00:00Z' };
const leftover = {
  metadata: { name: 'job-7-k7m2qx4d', uid: 'uid-7', labels, annotations: overdue },
  spec: {},
  status: { phase: 'Running' },
};

/** @param deletion answers the deletion of a pod */
async function clusterWith(
  pods: readonly object[],
  deletion: (response: ServerResponse) => void = (response) => json(response, 200, {}),
) {
  const metadata = { resourceVersion: '1' };
  const server = await startFakeServer({
    answer: ({ method, path }: Received, response) => {
      if (path === '/version') json(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.3' });
      else if (method === 'DELETE') deletion(response);
      else if (method === 'POST') refuse(response, 403, 'Forbidden', 'no');
      else json(response, 200, { metadata, items: path.endsWith('/pods') ? pods : [] });
    },
  });
  open.push(server);
  return { ...server, policy: policyFor(server.port, server.connection.certificateAuthority) };
}

function policyFor(port: number, authority: unknown): string {
  const folder = mkdtempSync(join(directory, 'policy-'));
  const { pem } = authority as { readonly pem: string };
  const kubeconfig = join(folder, 'kubeconfig');
  writeKubeconfig(kubeconfig, {
    server: `https://127.0.0.1:${port}`,
    certificateAuthorityPem: pem,
    namespace: 'ci',
    user: { token },
  });
  writeFileSync(join(folder, 'policy.yaml'), `cluster: { namespace: ci, kubeconfig: ${kubeconfig} }\n`);
  return join(folder, 'policy.yaml');
}

interface Call {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
}

async function call(command: Command, argv: readonly string[], { env = {}, isTTY = false }: Call = {}) {
  const said = { stdout: '', stderr: '' };
  const code = await command.call(argv, {
    env,
    stdout: { write: (text) => (said.stdout += text), isTTY },
    stderr: { write: (text) => (said.stderr += text), isTTY },
    signal: new AbortController().signal,
  });
  return { code, ...said };
}

describe.each([
  ['sweep', sweep],
  ['doctor', doctor],
])('the command %s', (name, command) => {
  it('explains itself in lines of at most 100 characters', async () => {
    const { code, stdout, stderr } = await call(command, ['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^gitlab-pod-executor ${name}: `));
    for (const word of ['--policy', '--json', 'Exit code: 0', 'Try it:']) expect(stdout).toContain(word);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['word'], "Unexpected argument 'word'. This command does not take positional arguments"],
    [['--policy'], "Option '--policy <value>' argument missing"],
  ])('does not take %j', async (argv, complaint) => {
    expect(await call(command, argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${name} does not understand its arguments: ${complaint}.\nSee gitlab-pod-executor ${name} --help.\n`,
    });
  });

  it('needs a policy', async () => {
    const env = { GITLAB_POD_EXECUTOR_POLICY: join(directory, 'nowhere.yaml') };
    await expect(call(command, [], { env })).rejects.toMatchObject({ code: 'policy-invalid' });
  });
});

describe('sweep', () => {
  it('sweep deletes by uid, and says so', async () => {
    const { policy, received } = await clusterWith([leftover]);
    const { code, stdout } = await call(sweep, ['--policy', policy]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n1 of 1 object deleted in namespace ci; no pod of ours is in use\.\n$/);
    const deletions = received.filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ path, body }) => [path, body])).toEqual([
      [
        '/api/v1/namespaces/ci/pods/job-7-k7m2qx4d',
        expect.objectContaining({ preconditions: { uid: 'uid-7' } }),
      ],
    ]);
  });

  it('sweep finds the policy by GITLAB_POD_EXECUTOR_POLICY, and only looks in a dry run', async () => {
    const { policy, received } = await clusterWith([leftover]);
    const { code, stdout } = await call(sweep, ['--dry-run', '--json'], {
      env: { GITLAB_POD_EXECUTOR_POLICY: policy },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      objects: [{ name: 'job-7-k7m2qx4d', result: 'would-delete' }],
    });
    expect(received.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('sweep ends with 1 when something could not be deleted', async () => {
    const { policy } = await clusterWith([leftover], (response) =>
      refuse(response, 403, 'Forbidden', 'pods is forbidden'),
    );
    const { code, stdout } = await call(sweep, ['--policy', policy]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      '0 of 1 object deleted in namespace ci; no pod of ours is in use. 1 could not be deleted:\n  pod/job-7-k7m2qx4d: ',
    );
  });

  it('sweep keeps a finished pod for as long as --finished-after says', async () => {
    const pod = {
      ...leftover,
      metadata: {
        ...leftover.metadata,
        annotations: {},
        creationTimestamp: new Date(Date.now() - 3_600_000).toISOString(),
      },
      status: { phase: 'Failed' },
    };
    const { policy } = await clusterWith([pod]);
    const nothing = await call(sweep, ['--policy', policy, '--dry-run', '--finished-after', '2h']);
    expect(nothing.stdout).toMatch(/^Nothing to sweep/);
    const something = await call(sweep, ['--policy', policy, '--dry-run', '--finished-after', '50m']);
    expect(something.stdout).toContain('finished 60 min ago (Failed)');
  });

  it('sweep does not guess what --finished-after means', async () => {
    const { code, stderr } = await call(sweep, ['--finished-after', 'soon']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'sweep cannot read --finished-after "soon": write a time like 90s, 10m or 1h30m.\nSee gitlab-pod-executor sweep --help.\n',
    );
  });
});

describe('doctor', () => {
  it.each([
    [['--gitlab', 'https://gitlab.example.org'], 'doctor tries --gitlab from the pod of --probe: give both.'],
    [
      ['--probe', '--gitlab', 'https://anna:secret@gitlab.example.org'],
      'doctor cannot read --gitlab: write an address like https://gitlab.example.org, without a name or password.',
    ],
  ])('doctor does not take %j', async (argv, complaint) => {
    const { code, stdout, stderr } = await call(doctor, argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${complaint}\nSee gitlab-pod-executor doctor --help.\n`);
  });

  it('doctor ends with 1 and shows no token when the account may do nothing', async () => {
    const { policy } = await clusterWith([]);
    const { code, stdout, stderr } = await call(doctor, ['--policy', policy]);
    expect(code).toBe(1);
    expect(stdout).toContain('API server        ok      Kubernetes v1.36.3\n');
    expect(stdout).toMatch(/\npod admission {5}FAIL {4}/);
    expect(stdout + stderr).not.toContain(token);
  });

  it('doctor writes its progress to a terminal only, and erases it', async () => {
    const { policy } = await clusterWith([]);
    expect((await call(doctor, ['--policy', policy])).stderr).toBe('');
    const { stdout, stderr } = await call(doctor, ['--policy', policy, '--json'], { isTTY: true });
    expect(stderr).toMatch(/^\r\u001b\[Kasking https:\/\/127\.0\.0\.1:\d+ …/);
    expect(stderr).toMatch(/\r\u001b\[K$/);
    expect(JSON.parse(stdout)).toMatchObject({ ready: false });
  });

  it('doctor colours its report on a terminal unless NO_COLOR is set', async () => {
    const { policy } = await clusterWith([]);
    expect((await call(doctor, ['--policy', policy], { isTTY: true })).stdout).toContain('\u001b[31;1mFAIL');
    expect(
      (await call(doctor, ['--policy', policy], { isTTY: true, env: { NO_COLOR: '1' } })).stdout,
    ).not.toContain('\u001b');
  });
});
