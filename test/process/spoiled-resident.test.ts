// What a launcher finds where a resident should be, and is not one, or no more: it works alone, at once, and never waits.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startTimeOf } from '../../src/resident/caller.ts';
import { executable } from '../cluster/cluster-under-test.ts';
import { startStage } from './stage-call.ts';

const parent = mkdtempSync(join(tmpdir(), 'spoiled-'));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const buildId = readFileSync(join(executable, '../lib/build-id'), 'utf8').trim();
/** Stands for Node: says that the launcher went on alone, and from where. */
const alone = join(parent, 'alone');
writeFileSync(alone, '#!/bin/sh\necho "alone ${GITLAB_POD_EXECUTOR_DELIVERED-from the start}"\n', {
  mode: 0o755,
});

/** A resident's directory as this process would keep it, with one free slot that nobody serves. */
async function newPlace(): Promise<string> {
  const place = join(mkdtempSync(join(parent, 'resident-')), buildId);
  mkdirSync(place, { mode: 0o700 });
  for (const name of ['slots', 'calls']) mkdirSync(join(place, name), { mode: 0o700 });
  execFileSync('mkfifo', [join(place, 'requests'), join(place, 'slots/a1')]);
  symlinkSync('/bin/dd', join(place, 'dd'));
  writeFileSync(join(place, 'pid'), `${process.pid} ${await startTimeOf(process.pid)}\n`);
  return place;
}

const envOf = (place: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  GITLAB_POD_EXECUTOR_RESIDENT: join(place, '..'),
  GITLAB_POD_EXECUTOR_NODE: alone,
  JOB_RESPONSE_FILE: '/job.json',
});

function replace(path: string, text: string): void {
  rmSync(path, { recursive: true });
  writeFileSync(path, text);
}

const isRoot = process.getuid?.() === 0;

type Spoiled = [what: string, spoil: (place: string) => void, says?: string];

const spoiled: Spoiled[] = [
  ['nothing at all', (place) => rmSync(place, { recursive: true })],
  ['the number of a process that is gone', (place) => writeFileSync(`${place}/pid`, `${2 ** 31} 1\n`)],
  ['the number of another process by now', (place) => writeFileSync(`${place}/pid`, `${process.pid} 1\n`)],
  ['no number', (place) => writeFileSync(`${place}/pid`, 'none\n')],
  ['a file in place of the requests', (place) => replace(`${place}/requests`, '')],
  ['no program for the log', (place) => rmSync(`${place}/dd`)],
  ['no free slot', (place) => rmSync(`${place}/slots/a1`)],
  ['a file in place of a slot', (place) => replace(`${place}/slots/a1`, 'old log\n')],
  [
    'a link to nowhere in place of a slot',
    (place) => {
      rmSync(`${place}/slots/a1`);
      symlinkSync('/none', `${place}/slots/a1`);
    },
  ],
  ['slots that all have an owner', (place) => writeFileSync(`${place}/calls/a1`, `${process.pid}\n`)],
  ['no place for claims, as on a full disk', (place) => replace(`${place}/calls`, '')],
  ['no place for the count', (place) => mkdirSync(`${place}/calls/a1.count`)],
  // The slot's FIFO has no writer once the launcher has asked: its end comes at once.
  ['a resident that died between claim and request', () => undefined, 'alone 0\n'],
  ...(isRoot
    ? ([['a directory of another user', (place) => chownSync(place, 65_534, 65_534)]] satisfies Spoiled[])
    : ([['a directory that it cannot enter', (place) => chmodSync(place, 0o000)]] satisfies Spoiled[])),
];

describe('a launcher', () => {
  it.each(spoiled)(
    'a launcher that finds %s works alone',
    async (_, spoil, says = 'alone from the start\n') => {
      const place = await newPlace();
      spoil(place);
      const stage = startStage({
        argv: [executable, 'run', '/script', 'build_script'],
        cwd: parent,
        env: envOf(place),
      });
      expect(await stage.end).toEqual({ exitCode: 0, stdout: says, stderr: '' });
    },
  );

  // @promise log: the process that carries a log ends by any signal, or is not there — no success without the whole log
  it.each([
    ['ends by a signal', '#!/bin/sh\nkill -HUP $$\n'],
    ['cannot be started', '#!/no/such/program\n'],
  ])(
    'a launcher whose pump %s starts nothing beside the resident, and believes no answer',
    async (_, text) => {
      const place = await newPlace();
      rmSync(`${place}/dd`);
      writeFileSync(`${place}/dd`, text, { mode: 0o755 });
      writeFileSync(`${place}/calls/a1.code`, '0\n');
      const stage = startStage({
        argv: [executable, 'run', '/script', 'build_script'],
        cwd: parent,
        env: envOf(place),
      });
      expect(await stage.end).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining('The dd that carried the script') as unknown,
      });
    },
  );
});
