// Nothing of a cluster is left on the host, however its server ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { callApi } from './client/call-api.ts';
import { readyPod } from './client/pods.ts';
import { openExec } from './client/run-exec.ts';
import { describeWithSandbox } from './client/sandboxed.ts';
import { startEmbeddedCluster } from './start-embedded-cluster.ts';

const describe = await describeWithSandbox();
const memoryVolume = {
  containers: [{ name: 'main', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
  volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
};

/** Processes in that user namespace, each with the time that it started. */
function processesIn(namespace: string): string[] {
  return readdirSync('/proc').flatMap((entry) => {
    try {
      if (!/^\d+$/.test(entry) || readlinkSync(`/proc/${entry}/ns/user`) !== namespace) return [];
      const started = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
      return [`${entry} of ${started}`];
    } catch {
      return [];
    }
  });
}

const mountsBelow = (directory: string): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(directory));

/** Whether the options of that state directory name the file. */
function namesFile(stateDir: string, file: string): boolean {
  try {
    return readFileSync(join(tmpdir(), stateDir, 'options.json'), 'utf8').includes(file);
  } catch {
    return false;
  }
}

describe('the end of a cluster', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'crash-test-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const runningPod = async (options: Parameters<typeof startEmbeddedCluster>[0]) => {
    const cluster = await startEmbeddedCluster(options);
    await readyPod(cluster, 'p', memoryVolume);
    await openExec(cluster, { pod: 'p', container: 'main' }, ['sleep', '1000']);
    const [first] = await cluster.processes('p', 'main');
    const namespace = readlinkSync(`/proc/${first?.pid ?? 0}/ns/user`);
    const processes = processesIn(namespace);
    expect(processes.length).toBeGreaterThan(1);
    // The kernel gives the number of a namespace that is gone to the next one, which may be another suite's.
    const left = (): string[] => processesIn(namespace).filter((each) => processes.includes(each));
    return { cluster, left };
  };

  it('a cluster stopped with pods running leaves no process, no mount and no file', async () => {
    const { cluster, left } = await runningPod({});
    await cluster.stop();
    await cluster.stop();

    expect(left()).toEqual([]);
    expect(mountsBelow(cluster.stateDir)).toEqual([]);
    expect(existsSync(cluster.stateDir)).toBe(false);
  });

  it('a killed server leaves no process and no mount, and no file after it started again', async () => {
    const stateDir = join(scratch, 'state');
    const { cluster, left } = await runningPod({ stateDir });
    await cluster.crash();

    expect(left()).toEqual([]);
    expect(mountsBelow(stateDir)).toEqual([]);
    expect(readdirSync(join(stateDir, 'pods'))).toHaveLength(1);
    const again = await startEmbeddedCluster({ stateDir });
    expect(readdirSync(join(stateDir, 'pods'))).toEqual([]);
    expect((await callApi(again, 'GET', 'pods')).body.items).toEqual([]);
    await readyPod(again, 'p');
    await again.stop();
    expect(existsSync(stateDir)).toBe(false);
  });

  it('a cluster that did not start leaves no directory, and says why', async () => {
    const states = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith('embedded-cluster-'));
    const before = new Set(states());
    const kubeconfigFile = join(scratch, 'no-such-directory', 'kubeconfig');
    await expect(startEmbeddedCluster({ kubeconfigFile })).rejects.toThrow(/did not start.*ENOENT/s);
    // Other suites start theirs meanwhile; those that are made for this one name its file.
    const mine = states().filter((name) => !before.has(name) && namesFile(name, kubeconfigFile));
    expect(mine).toEqual([]);
  });

  it('a second server in the same directory is refused', async () => {
    const stateDir = join(scratch, 'shared');
    const first = await startEmbeddedCluster({ stateDir });
    try {
      await expect(startEmbeddedCluster({ stateDir })).rejects.toThrow(
        /Another embedded cluster serves from/,
      );
    } finally {
      await first.stop();
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends the program and removes everything', async (signal) => {
    const stateDir = join(scratch, signal);
    const kubeconfig = join(scratch, `${signal}.kubeconfig`);
    const program = spawn(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), '--state-dir', stateDir, '--kubeconfig', kubeconfig],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(program.stdout, 'data')) as [Buffer];
    expect(line.toString()).toMatch(
      /^ready: https:\/\/127\.0\.0\.1:\d+ \(crun-\w+\); KUBECONFIG=.*; namespace ci\n$/,
    );
    expect(existsSync(kubeconfig)).toBe(true);
    program.kill(signal);
    await once(program, 'exit');

    expect(existsSync(stateDir)).toBe(false);
    expect(existsSync(kubeconfig)).toBe(false);
  });

  it('SIGKILL on the program takes the server along', async () => {
    const stateDir = join(scratch, 'killed');
    const program = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--state-dir', stateDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(program.stdout, 'data');
    const server = Number(readFileSync(join(stateDir, 'server.pid'), 'utf8'));
    program.kill('SIGKILL');
    await once(program, 'exit');
    while (existsSync(`/proc/${server}`)) await new Promise((later) => setTimeout(later, 20));

    expect(existsSync(stateDir)).toBe(false);
  });
});
