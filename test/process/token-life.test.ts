// A job that outlives the token that it started with: the new one is read from where the old one came.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { writeKubeconfig } from '../embedded-cluster/kubeconfig.ts';
import { systemFailure, withoutResident } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';
import { readable } from './readable.ts';

const suite = await clusterSuite('a job outlives its token');

const ticks = 'i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo tick $i; sleep 0.1; done';
const ticked = Array.from({ length: 30 }, (_, i) => `tick ${i + 1}\n`).join('');

describe.skipIf(suite.reasonNoFaults)('a job whose token is renewed while it runs', () => {
  it.each([
    ['a token file', () => kubeconfigWith({ tokenFile: suite.embedded().tokenFile })],
    ['a kubeconfig that holds the token', () => suite.cluster().kubeconfig],
  ])('a job continues with %s, in the middle of a script and after it', async (_, kubeconfig) => {
    const { faults } = suite.embedded();
    const attempt = suite.attempt({ kubeconfig: kubeconfig() });
    await attempt.prepare();
    const stage = attempt.startScript(ticks);
    await stage.says(/tick 3/);
    await faults.rotateToken();
    // Only a new connection has to show a token.
    await faults.cutExecs();
    expect(await stage.end).toMatchObject({ exitCode: 0, stdout: ticked });
    await faults.rotateToken();
    expect(await attempt.script('echo later', 'after_script')).toMatchObject({
      exitCode: 0,
      stdout: 'later\n',
    });
    await faults.rotateToken();
    expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0, stderr: '' });
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });

  it('a job whose token nobody renews ends as a system failure that names the credentials', async () => {
    const file = join(suite.cluster().directory, 'token-that-grows-old');
    writeFileSync(file, suite.embedded().token);
    const attempt = suite.attempt({
      kubeconfig: kubeconfigWith({ tokenFile: file }),
      // An API server that has just started refuses everybody: until then it is asked again.
      policy: { timeouts: { reconnect: '2s' } },
    });
    // The first test renewed the token already.
    const { token } = await suite.embedded().faults.rotateToken();
    writeFileSync(file, token);
    await attempt.prepare();
    const [pod] = await suite.pods(attempt);
    await suite.embedded().faults.rotateToken();
    const { exitCode, code, stdout, stderr } = await attempt.script('echo never');

    expect({ exitCode, code, stdout }).toEqual({ exitCode: systemFailure, code: null, stdout: '' });
    // It may say before that the pod cannot be watched.
    expect(readable(stderr).split('\n').slice(-2).join('\n')).toBe(
      `<red>ERROR: Cannot get pod ${pod} in namespace ci: Unauthorized. (HTTP 401 Unauthorized) Operators: the API server does not know these credentials, also after they were read again: renew the token or certificate that \`cluster.kubeconfig\` names.</>\n`,
    );
    // Somebody with better credentials takes the pod away.
    const cleaner = suite.attempt({ job: { id: attempt.jobId } });
    expect(await cleaner.call('cleanup')).toMatchObject({ exitCode: 0 });
    await vi.waitFor(async () => expect(await suite.leftovers(attempt)).toEqual([]), { timeout: 30_000 });
  });
});

describe.skipIf(suite.reasonNoFaults)('a job whose token comes from a credential plugin', () => {
  it('a credential plugin runs once a token, in a whole job, and what it said is gone after it', async () => {
    const { directory } = suite.cluster();
    const [counter, plugin] = [join(directory, 'plugin-calls'), join(directory, 'plugin')];
    const expirationTimestamp = new Date(Date.now() + 3600_000).toISOString();
    const status = `\\"status\\":{\\"token\\":\\"$(cat ${suite.embedded().tokenFile})\\",\\"expirationTimestamp\\":\\"${expirationTimestamp}\\"}`;
    writeFileSync(
      plugin,
      `#!/bin/sh\necho call >>${counter}\necho "{\\"apiVersion\\":\\"client.authentication.k8s.io/v1\\",\\"kind\\":\\"ExecCredential\\",${status}}"\n`,
    );
    chmodSync(plugin, 0o755);
    const calls = (): number => readFileSync(counter, 'utf8').split('\n').length - 1;
    const apiVersion = 'client.authentication.k8s.io/v1';
    const attempt = suite.attempt({
      // A resident keeps it in its memory.
      env: withoutResident,
      kubeconfig: kubeconfigWith({ exec: { apiVersion, command: plugin, interactiveMode: 'Never' } }),
    });
    const kept = join(attempt.directory, 'gitlab-pod-executor.credentials');

    const said = [await attempt.prepare()];
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    for (const subStage of ['get_sources', 'build_script', 'after_script'])
      said.push(await attempt.script('echo hello', subStage));
    expect(calls()).toBe(1);
    // Refused before its end: asked for once more.
    const { token } = await suite.embedded().faults.rotateToken();
    said.push(
      await attempt.script('echo hello', 'after_script'),
      await attempt.script('echo hello', 'after_script'),
    );
    expect(calls()).toBe(2);
    expect(readFileSync(kept, 'utf8')).toContain(token);
    said.push(await attempt.call('cleanup'));

    expect(said.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(JSON.stringify(said)).not.toContain(token);
    expect(calls()).toBe(2);
    const files = readdirSync(attempt.directory, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(attempt.directory, name), 'utf8'));
    expect(files.filter((text) => text.includes(token))).toEqual([]);
  });
});

function kubeconfigWith(user: Readonly<Record<string, unknown>>): string {
  const { server, certificateAuthorityPem } = suite.embedded();
  const file = join(suite.cluster().directory, 'kubeconfig-with-token-file');
  writeKubeconfig(file, { server, certificateAuthorityPem, namespace: 'ci', user });
  return file;
}
