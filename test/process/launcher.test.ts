// The executable's first steps: which Node it takes, and what it says when there is none that will do.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { executable } from '../cluster/cluster-under-test.ts';
import { systemFailure } from './attempt.ts';
import { type StageEnd, startStage } from './stage-call.ts';

const directory = mkdtempSync(join(tmpdir(), 'launcher-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the launcher', () => {
  /** The program installed by itself: no node_modules is near. */
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(directory, 'place-'));
    cpSync(dirname(executable), join(place, 'app'), { recursive: true });
  });

  it('the launcher says what to install where there is no Node, and that it is not the author’s fault', async () => {
    expect(await launch({ PATH: programs('sh') })).toEqual({
      exitCode: systemFailure,
      stdout: '',
      stderr:
        'Cannot start gitlab-pod-executor: no Node found. Install Node 22.19 or newer, or set GITLAB_POD_EXECUTOR_NODE to its path.\n',
    });
  });

  it("the launcher ends with GitLab Runner's own number for a system failure where it is given none", async () => {
    const { exitCode } = await launch({ PATH: programs('sh'), SYSTEM_FAILURE_EXIT_CODE: undefined });
    expect(exitCode).toBe(2);
  });

  it('the launcher names the Node that is not where the operator says', async () => {
    expect(await launch({ GITLAB_POD_EXECUTOR_NODE: '/opt/none/node' })).toMatchObject({
      exitCode: systemFailure,
      stderr:
        'Cannot start gitlab-pod-executor: no Node found at "/opt/none/node". Install Node 22.19 or newer, or set GITLAB_POD_EXECUTOR_NODE to its path.\n',
    });
  });

  it.each(['22.18.0', '20.19.5', '14.21.3'])('the launcher says that Node %s is too old', async (version) => {
    expect(await launch({ GITLAB_POD_EXECUTOR_NODE: nodeThatSays(version) })).toEqual({
      exitCode: systemFailure,
      stdout: '',
      stderr: `Cannot start gitlab-pod-executor: ${process.execPath} is Node ${version}, and 22.19 or newer is needed. Install a newer Node, or set GITLAB_POD_EXECUTOR_NODE to the path of one.\n`,
    });
  });

  it.each(['22.19.0', '23.0.0'])('the launcher starts on Node %s', async (version) => {
    expect(await launch({ GITLAB_POD_EXECUTOR_NODE: nodeThatSays(version) })).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  });

  it('the launcher takes the Node beside it before the one in PATH, and the operator’s before both', async () => {
    const beside = join(place, 'app', 'node');
    program(beside, 'echo beside');
    expect(await launch({ PATH: programs('sh') })).toMatchObject({ stdout: 'beside\n' });
    const chosen = join(place, 'chosen');
    program(chosen, 'echo chosen');
    expect(await launch({ GITLAB_POD_EXECUTOR_NODE: chosen })).toMatchObject({ stdout: 'chosen\n' });
  });

  it('the launcher is found through links, absolute and relative', async () => {
    mkdirSync(join(place, 'bin'));
    symlinkSync('../app/gitlab-pod-executor', join(place, 'bin/relative'));
    symlinkSync(join(place, 'bin/relative'), join(place, 'absolute'));
    expect(await launch({ GITLAB_POD_EXECUTOR_NODE: process.execPath }, 'absolute')).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  });

  it('config says the same with Node and without', async () => {
    const file = 'app/gitlab-pod-executor';
    const withoutNode = await launch({ PATH: programs('sh') }, file, 'config');
    rmSync(join(place, 'app/lib/config.json'));
    const withNode = await launch({ GITLAB_POD_EXECUTOR_NODE: process.execPath }, file, 'config');
    expect(withoutNode).toMatchObject({ exitCode: 0, stderr: '' });
    expect(withoutNode).toEqual(withNode);
  });

  it('the launcher calls an installation that lost a part a system failure', async () => {
    rmSync(join(place, 'app/lib/main.mjs'));
    const { exitCode, stderr } = await launch({ GITLAB_POD_EXECUTOR_NODE: process.execPath });
    expect(exitCode).toBe(systemFailure);
    expect(stderr).toContain(
      `If a part of ${join(place, 'app/lib')} is missing, install it again, and never under running jobs.`,
    );
  });

  function launch(
    env: Readonly<Record<string, string | undefined>>,
    file = 'app/gitlab-pod-executor',
    // The launcher itself answers config.
    argument = '--version',
  ): Promise<StageEnd> {
    return startStage({
      argv: [join(place, file), argument],
      cwd: place,
      env: { PATH: process.env['PATH'], SYSTEM_FAILURE_EXIT_CODE: `${systemFailure}`, ...env },
    }).end;
  }

  /** A directory for PATH with nothing but these. */
  function programs(...names: readonly string[]): string {
    const path = mkdtempSync(join(place, 'programs-'));
    for (const name of names) symlinkSync(`/bin/${name}`, join(path, name));
    return path;
  }

  /** The real Node, which takes itself for that version. */
  function nodeThatSays(version: string): string {
    const file = join(place, 'old-node');
    const lie = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;
    program(file, `exec '${process.execPath}' --import "${lie}" "$@"`);
    return file;
  }
});

function program(file: string, text: string): void {
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}
