// Each state of a resident, as the row of doctor says it.
import { describe, expect, it } from 'vitest';
import { describeFindings } from '../../src/doctor/report.ts';
import { describeResident, type ResidentFacts } from '../../src/doctor/resident.ts';
import type { ResidentState } from '../../src/resident/resident-state.ts';

const now = new Date('2026-11-21T12:00:00Z');
const directory = '/run/gitlab-pod-executor/0123456789abcdef';
const other = '/run/gitlab-pod-executor/fedcba9876543210';
const serving: ResidentState = {
  kind: 'serving',
  pid: 4711,
  since: new Date('2026-11-21T09:00:00Z'),
  calls: 12,
};

function rowOf(state: ResidentState, rest: Partial<ResidentFacts> = {}) {
  const facts = { directory, state, others: [], version: '1.2.3', uid: 999, ...rest };
  return describeResident(facts, now);
}

describe("doctor's row for the resident", () => {
  it.each<[string, ResidentState, Partial<ResidentFacts>, string, string]>([
    [
      'none',
      { kind: 'absent' },
      {},
      'ok',
      'none: each stage is a process of its own; one can serve them all (docs/operator-guide.md)',
    ],
    [
      'one that serves',
      serving,
      {},
      'ok',
      `process 4711, version 1.2.3, serves in ${directory} for 3 h; running stages: 12`,
    ],
    [
      'one that was killed',
      { kind: 'dead', pid: 4711 },
      {},
      'warn',
      `process 4711, which served in ${directory}, is gone: stages work alone`,
    ],
    [
      'one that somebody stopped',
      { kind: 'stopped', pid: 4711 },
      {},
      'warn',
      `process 4711, which serves in ${directory}, is stopped (SIGSTOP): stages work alone`,
    ],
    [
      'one of another build',
      { kind: 'absent' },
      { others: [{ directory: other, state: serving }] },
      'warn',
      `process 4711, which serves in ${other}, is of another build: stages of this one work alone`,
    ],
    [
      'one of this build beside another',
      serving,
      { others: [{ directory: other, state: serving }] },
      'ok',
      `process 4711, version 1.2.3, serves in ${directory} for 3 h; running stages: 12`,
    ],
    [
      "another user's directory",
      { kind: 'foreign', owner: 0, mode: 0o700 },
      {},
      'warn',
      `${directory} belongs to user 0, and this is user 999, whose stages do not look there`,
    ],
    [
      'a directory that others can enter',
      { kind: 'foreign', owner: 999, mode: 0o755 },
      {},
      'warn',
      `${directory} has mode 755: others can enter it, so nothing serves there`,
    ],
  ])('the row says of %s what it is', (_, state, rest, verdict, found) => {
    expect(rowOf(state, rest)).toMatchObject({ check: 'resident', verdict, found });
  });

  it('a warning says what to type', () => {
    const screen = describeFindings([rowOf({ kind: 'stopped', pid: 4711 })], {
      width: 100,
      hasColours: false,
    });
    expect(screen).toContain('  Let it go on:\n    kill -CONT 4711\n');
    expect(rowOf({ kind: 'dead', pid: 1 }).remedies[0]?.code).toBe('systemctl restart gitlab-pod-executor');
  });

  it("a directory's name moves no cursor", () => {
    const found = rowOf(serving, { directory: '/run/\u001b[2J' }).found;
    expect(found).not.toContain('\u001b');
  });
});
