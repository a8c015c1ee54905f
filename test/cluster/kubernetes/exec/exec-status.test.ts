import { describe, expect, it } from 'vitest';
import { openStatusChannel } from '../../../../src/cluster/kubernetes/exec/exec-status.ts';
import { exitStatus, success } from '../exec-peer.ts';

function read(text: string) {
  const channel = openStatusChannel();
  channel.onData(Buffer.from(text));
  return { end: channel.end(), isComplete: channel.isComplete() };
}

describe('openStatusChannel', () => {
  it.each([
    ['success', success, { kind: 'exited', code: 0 }],
    ['the smallest code', exitStatus(1), { kind: 'exited', code: 1 }],
    ['the largest code', exitStatus(255), { kind: 'exited', code: 255 }],
    [
      'a failure of the cluster',
      { status: 'Failure', reason: 'InternalError', message: 'runtime away' },
      { kind: 'failed', reason: 'InternalError', message: 'runtime away' },
    ],
    [
      'a failure without words',
      { status: 'Failure' },
      { kind: 'failed', reason: 'Unknown', message: 'no message' },
    ],
  ])('reads %s', (_, status, expected) => {
    expect(read(JSON.stringify(status))).toEqual({ end: expected, isComplete: true });
  });

  // @promise code: a status in pieces, unreadable or cut — never an exit code
  it.each([
    ['code 0 as a failure', exitStatus(0)],
    ['a code above 255', exitStatus(256)],
    ['a negative code', exitStatus(-1)],
    ['a code that is no number', exitStatus('three')],
    ['a code with something behind it', exitStatus('3 ')],
    ['a code in hexadecimal', exitStatus('0x3')],
    [
      'a code that is not text',
      { ...exitStatus(3), details: { causes: [{ reason: 'ExitCode', message: 3 }] } },
    ],
    ['no causes', { ...exitStatus(3), details: {} }],
    ['no details', { status: 'Failure', reason: 'NonZeroExitCode' }],
    ['details of null', { status: 'Failure', reason: 'NonZeroExitCode', details: null }],
    ['causes that are none', { ...exitStatus(3), details: { causes: [null, 1, 'x'] } }],
    ['another word than Success', { status: 'success' }],
    ['no status at all', {}],
    ['a list', []],
    ['a number', 0],
    ['null', null],
  ])('takes %s for no exit code', (_, status) => {
    expect(read(JSON.stringify(status))).toMatchObject({
      end: { kind: 'failed', reason: 'InvalidStatus' },
      isComplete: true,
    });
  });

  it('waits for the rest of a status, and calls it unreadable when none comes', () => {
    expect(read('{"status":"Success"')).toMatchObject({
      isComplete: false,
      end: { kind: 'failed', reason: 'InvalidStatus' },
    });
  });

  it('gives up on a status that never ends, and shows only its beginning', () => {
    const { end, isComplete } = read('x'.repeat(100_000));

    expect(isComplete).toBe(true);
    expect(end).toMatchObject({ kind: 'failed', message: expect.stringMatching(/^.{1,300}$/) });
  });

  it('has no status before anything was received, and keeps the first one', () => {
    const channel = openStatusChannel();
    expect(channel.end()).toBeNull();

    channel.onData(Buffer.from(JSON.stringify(success)));
    channel.onData(Buffer.from(JSON.stringify(exitStatus(3))));

    expect(channel.end()).toEqual({ kind: 'exited', code: 0 });
  });
});
