// The real kubectl, as a second opinion on what this server says.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, describe as plain } from 'vitest';
import { idle, podManifest } from './client/pods.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from './start-embedded-cluster.ts';

/** From here on exec goes over WebSocket. */
const oldest = { major: 1, minor: 31 };

function whyNotKubectl(): string | null {
  try {
    const text = execFileSync('kubectl', ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { clientVersion } = JSON.parse(text) as { clientVersion: { major: string; minor: string } };
    const minor = Number.parseInt(clientVersion.minor, 10);
    return minor >= oldest.minor ? null : `kubectl is 1.${minor}, older than 1.${oldest.minor}`;
  } catch {
    return 'no kubectl here';
  }
}

const missing = whyNotKubectl();
if (missing !== null) console.warn(`SKIPPED: ${missing}`);
const describe = missing === null ? await describeWithSandbox() : plain.skip;

describe('kubectl', () => {
  let cluster: EmbeddedCluster;
  beforeAll(async () => {
    cluster = await startEmbeddedCluster();
  });
  afterAll(() => cluster.stop());

  const kubectl = (...args: readonly string[]) =>
    execa('kubectl', ['--kubeconfig', cluster.kubeconfigFile, ...args], {
      reject: false,
      env: { HOME: cluster.stateDir },
    });
  const manifest = (name: string, parts: object = {}): string => {
    const file = join(cluster.stateDir, `${name}.json`);
    writeFileSync(file, JSON.stringify(podManifest(cluster, name, { ...parts })));
    return file;
  };

  it('takes a pod from its beginning to its end', async () => {
    const file = manifest('story', {
      containers: [
        { name: 'build', command: ['sh', '-c', `echo started; ${idle[2] ?? ''}`] },
        { name: 'helper' },
      ],
    });
    expect((await kubectl('create', '--validate=false', '-f', file)).stdout).toBe('pod/story created');
    expect((await kubectl('wait', '--for=condition=Ready', 'pod/story', '--timeout=30s')).stdout).toBe(
      'pod/story condition met',
    );
    expect((await kubectl('get', 'pods')).stdout).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\nstory +2\/2 +Running +0 +\d+s$/,
    );
    expect((await kubectl('logs', 'story', '-c', 'build')).stdout).toBe('started');
    expect(
      await kubectl('exec', 'story', '-c', 'build', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'),
    ).toMatchObject({
      stdout: 'out',
      stderr: expect.stringContaining('err'),
      exitCode: 7,
    });
    const described = (await kubectl('describe', 'pod', 'story')).stdout;
    for (const word of ['Successfully assigned ci/story to embedded-node', 'Container started', 'QoS Class'])
      expect(described).toContain(word);
    expect((await kubectl('label', 'pod', 'story', 'a=b')).stdout).toBe('pod/story labeled');
    expect((await kubectl('annotate', 'pod', 'story', 'c=d')).stdout).toBe('pod/story annotated');
    expect((await kubectl('get', 'pods', '-l', 'a=b', '-o', 'name')).stdout).toBe('pod/story');
    expect((await kubectl('delete', 'pod', 'story')).stdout).toMatch(/^pod "story" deleted/);
    expect((await kubectl('get', 'pod', 'story')).stderr).toBe(
      'Error from server (NotFound): pods "story" not found',
    );
  });

  it('sends a file through exec -i and gets it back', async () => {
    await kubectl('create', '--validate=false', '-f', manifest('pipe'));
    await kubectl('wait', '--for=condition=Ready', 'pod/pipe', '--timeout=30s');
    const input = 'x'.repeat(1_000_000);
    const { stdout } = await execa(
      'kubectl',
      ['--kubeconfig', cluster.kubeconfigFile, 'exec', '-i', 'pipe', '--', 'sh', '-c', 'cat | wc -c'],
      { input },
    );

    expect(stdout).toBe('1000000');
  });

  it('follows a log to its end, and watches', async () => {
    const watching = execa(
      'kubectl',
      ['--kubeconfig', cluster.kubeconfigFile, 'get', 'pods', '-w', '-o', 'name'],
      { reject: false },
    );
    const script = 'for i in 1 2 3; do echo $i; sleep 0.2; done';
    await kubectl(
      'create',
      '--validate=false',
      '-f',
      manifest('talks', { containers: [{ name: 'main', command: ['sh', '-c', script] }] }),
    );
    await kubectl('wait', '--for=jsonpath={.status.phase}=Running', 'pod/talks', '--timeout=30s');

    expect((await kubectl('logs', '-f', 'talks')).stdout).toBe('1\n2\n3');
    await kubectl('delete', 'pod', 'talks');
    watching.kill();
    expect((await watching).stdout).toContain('pod/talks');
  });

  it('shows why a pod does not start', async () => {
    await kubectl(
      'create',
      '--validate=false',
      '-f',
      manifest('unknown', { containers: [{ name: 'main', image: 'no.example.org/no:1' }] }),
    );
    await kubectl(
      'wait',
      '--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff',
      'pod/unknown',
      '--timeout=30s',
    );

    expect((await kubectl('get', 'pods', 'unknown')).stdout).toMatch(/unknown +0\/1 +ImagePullBackOff/);
    expect((await kubectl('exec', 'unknown', '--', 'true')).stderr).toContain('container not found ("main")');
    expect((await kubectl('logs', 'unknown')).stderr).toContain(
      'is waiting to start: trying and failing to pull image',
    );
    expect((await kubectl('get', 'events')).stdout).toContain('Back-off pulling image');
  });

  it('makes a secret, and sees node and version', async () => {
    const file = join(cluster.stateDir, 'secret.json');
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'b' } }),
    );

    expect((await kubectl('create', '--validate=false', '-f', file)).stdout).toBe('secret/s created');
    expect((await kubectl('get', 'secret', 's', '-o', 'jsonpath={.data.a}')).stdout).toBe('Yg==');
    expect((await kubectl('get', 'nodes')).stdout).toContain('embedded-node');
    expect((await kubectl('version')).stdout).toContain('Server Version: v1.36');
  });
});
