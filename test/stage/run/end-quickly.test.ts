import { describe, expect, it } from 'vitest';
import type { Cluster, ExecResult } from '../../../src/cluster/cluster.ts';
import { endProcessOne } from '../../../src/in-container/commands.ts';
import { endQuickly } from '../../../src/stage/run/end-quickly.ts';
import { sampleState } from '../attempt-fixture.ts';
import { answering, type FakeCluster, fakeCluster } from '../fake-cluster.ts';

const killed: ExecResult = { kind: 'exited', code: 137 };
const lost: ExecResult = { kind: 'lost', message: 'reset' };
const failed = (message: string): ExecResult => ({ kind: 'failed', reason: 'InternalError', message });
const refused = (message: string, httpStatus = 500): ExecResult => ({
  ...{ kind: 'refused', reason: 'InternalError' },
  ...{ httpStatus, message },
});
const notFound = 'container not found ("build")';

/** The last end is that of all further execs. */
function clusterOf(...ends: ExecResult[]): FakeCluster {
  return fakeCluster({
    exec: (request) => {
      const end = ends.length > 1 ? ends.shift() : ends[0];
      return answering('', end ? { end } : {})(request);
    },
  });
}

const endOn = (cluster: Cluster): Promise<boolean> =>
  endQuickly(cluster, sampleState, new AbortController().signal);

describe('endQuickly', () => {
  it.each([
    ['as a status', failed(`Internal error occurred: unable to upgrade connection: ${notFound}`)],
    ['as a refusal', refused(`${notFound}\n`)],
    ['as a refusal of an older API server', refused(`unable to upgrade connection: ${notFound}`, 404)],
  ])('takes the word of the kubelet that there is no such container, %s', async (_, end) => {
    const cluster = clusterOf(killed, end);
    expect(await endOn(cluster)).toBe(true);
    expect(cluster.of('exec').map(([{ container, command }]) => ({ container, command }))).toEqual([
      { container: 'build', command: endProcessOne('/bin/sh') },
      { container: 'build', command: endProcessOne('/bin/sh') },
    ]);
  });

  it('waits for a runtime that is still busy with the end', async () => {
    expect(
      await endOn(clusterOf(lost, failed('cannot exec in a stopped container'), refused(notFound))),
    ).toBe(true);
  });

  it('leaves a container that was never reached to the status', async () => {
    const cluster = clusterOf(refused(notFound));
    expect(await endOn(cluster)).toBe(false);
    expect(cluster.calls).toEqual(['exec']);
  });

  it.each([
    ['a status of its own', killed],
    ['a success', { kind: 'exited', code: 0 } as const],
    ['nothing', lost],
    ['another container', refused('container not found ("helper")')],
    ['words around it', failed(`exec failed: ${notFound}`)],
    ['words behind it', failed(`${notFound}: no such file`)],
    ['its words with another status', refused(notFound, 503)],
    ['a page', refused(notFound, 200)],
  ])('takes %s for no proof', async (_, end) => {
    expect(await endOn(clusterOf(killed, end))).toBe(false);
  });

  it('waits for no exec that never ends', async () => {
    const never: Cluster['exec'] = ({ signal }) =>
      new Promise((resolve) => signal?.addEventListener('abort', () => resolve(lost)));
    expect(await endOn(fakeCluster({ exec: never }))).toBe(false);
  });
});
