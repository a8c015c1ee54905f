// The shipped units of the resident: that systemd understands them, and that they agree with the program.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultMaxMegabytes, drainMilliseconds } from '../../cmd/serve.ts';
import { maxCalls } from '../../src/resident/running-calls.ts';

const ofSystem = 'config/systemd/gitlab-pod-executor.service';
const ofUser = 'config/systemd/gitlab-pod-executor-user.service';
const units = [ofSystem, ofUser];

function settings(path: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, key = '', value = ''] of readFileSync(path, 'utf8').matchAll(/^(\w+)=(.*)$/gm))
    found.set(key, [...(found.get(key) ?? []), value]);
  return found;
}

const setting = (path: string, key: string): string => settings(path).get(key)?.join(' ') ?? '';

const folder = mkdtempSync(join(tmpdir(), 'units-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = /\/opt\/gitlab-pod-executor\/gitlab-pod-executor/g;

/** What systemd complains about; the program that it starts need not be installed here. */
function complaints(path: string): string {
  const unit = join(folder, basename(path));
  writeFileSync(unit, readFileSync(path, 'utf8').replaceAll(installed, '/bin/true'));
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  return `${status}${stderr}`;
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.each(units)('%s', (path) => {
  it.skipIf(!hasSystemd)('systemd understands the unit (needs systemd-analyze)', () => {
    expect(complaints(path)).toBe('0');
  });

  it('leaves time for the drain before it kills', () => {
    expect(Number(setting(path, 'TimeoutStopSec')) * 1000).toBeGreaterThan(drainMilliseconds + 10_000);
  });

  it('tells the resident alone to end, which has a lock and plugins beside it', () => {
    expect(setting(path, 'KillMode')).toBe('mixed');
  });

  it('keeps the directory in which launchers read their answers, and lets nobody else in', () => {
    expect(setting(path, 'RuntimeDirectory')).toBe('gitlab-pod-executor');
    expect(setting(path, 'RuntimeDirectoryMode')).toBe('0700');
    expect(setting(path, 'RuntimeDirectoryPreserve')).toBe('yes');
  });

  it('starts again whatever becomes of it, without a limit', () => {
    expect(setting(path, 'Restart')).toBe('always');
    expect(setting(path, 'StartLimitIntervalSec')).toBe('0');
  });

  it('has descriptors for as many calls as it takes', () => {
    const perCall = 6;
    expect(Number(setting(path, 'LimitNOFILE'))).toBeGreaterThan(maxCalls * perCall);
  });

  it('has room for the memory that the resident allows itself', () => {
    expect(setting(path, 'MemoryHigh')).toMatch(/^\d+M$/);
    expect(Number.parseInt(setting(path, 'MemoryHigh'), 10)).toBeGreaterThan(1.25 * defaultMaxMegabytes);
  });

  it('does not hide from it what it reads, or needs to write', () => {
    for (const key of ['PrivateTmp', 'PrivateUsers', 'MemoryDenyWriteExecute'])
      expect(settings(path).has(key)).toBe(false);
  });

  it('waits until it serves, by an option that serve has', () => {
    const start = setting(path, 'ExecStart');
    expect(start).toMatch(/^\S+ serve$/);
    expect(setting(path, 'ExecStartPost')).toContain(`until ${start} --status >/dev/null;`);
  });
});

describe(ofSystem, () => {
  it('starts what config/runner.toml starts', () => {
    const [program] = setting(ofSystem, 'ExecStart').split(' ');
    expect(readFileSync('config/runner.toml', 'utf8')).toContain(`run_exec = "${program}"`);
  });

  it('the unit is where the help of serve says, and its resident where launchers without a session look', () => {
    expect(readFileSync('cmd/serve.ts', 'utf8')).toContain(ofSystem);
    const launcher = readFileSync('scripts/launcher/gitlab-pod-executor', 'utf8');
    expect(launcher).toContain(`:-/run}/${setting(ofSystem, 'RuntimeDirectory')}`);
  });

  it('the resident can read a caller with more capabilities than it keeps, and write temp directories alone', () => {
    expect(setting(ofSystem, 'CapabilityBoundingSet').split(' ')).toContain('CAP_SYS_PTRACE');
    expect(setting(ofSystem, 'ProtectSystem')).toBe('strict');
    expect(setting(ofSystem, 'ReadWritePaths')).toBe('/tmp /var/tmp');
    expect(setting(ofSystem, 'NoNewPrivileges')).toBe('yes');
  });
});
