import { describe, expect, it } from 'vitest';
import type { Cluster, ClusterEvent, Pod } from '../../../src/cluster/cluster.ts';
import { isReadyByAnswers } from '../../../src/stage/prepare/inspect-early.ts';
import { answering, changed, type Step, watchOf } from '../fake-cluster.ts';
import { podOf } from '../pod-fixture.ts';
import { clusterOf, helperSays, start, withoutTimes } from '../prepare-fixture.ts';

const started = (container: string): ClusterEvent => ({
  ...{ uid: `started-${container}`, type: 'Normal', reason: 'Started' },
  ...{ message: 'Container started', container },
});
const bothStarted = [started('helper'), started('build')];

/** A pod that has a node, and whose status never says more. */
const pending: Cluster['watchPod'] = (_, { signal }) => watchOf([], signal);

function clusterWith(events: readonly Step<ClusterEvent>[], answers: Partial<Cluster> = {}) {
  const cluster: ReturnType<typeof clusterOf> = clusterOf({
    watchPod: (name, options) => {
      const pod = cluster.pods.get(name);
      return pod
        ? watchOf([changed({ ...pod, status: { phase: 'Pending' } })], options.signal)
        : pending(name, options);
    },
    watchEvents: (_, { signal }) => watchOf(events, signal),
    ...answers,
  });
  return cluster;
}

const buildSays = 'shell /usr/bin/sh\nanswered\n';
const execs = (cluster: ReturnType<typeof clusterOf>) =>
  cluster.of('exec').map(([{ container }]) => container);

// Through prepare, as its only use.
describe('startEarlyLook', () => {
  it('makes a pod ready by what its containers answer, before their status says that they run', async () => {
    const cluster = clusterWith(bothStarted);
    const { done, io } = start({ cluster });
    await done;
    expect(execs(cluster)).toEqual(['helper', 'build']);
    expect(withoutTimes(io.lines()).join('\n')).toMatch(
      /Pod job-1001-rand0002 is ready after N s on node-7: uid 1000/,
    );
  });

  it('asks each container once, as soon as it was started, and calls no pod ready by the answer of one', async () => {
    const cluster = clusterWith([started('helper'), started('helper'), started('svc-0')]);
    const { done, io } = start({ cluster });
    done.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(execs(cluster)).toEqual(['helper']);
    expect(io.lines().join('\n')).not.toMatch(/is ready/);
  });

  it('takes no answer that is half of one: the status has to say it, and they are asked again', async () => {
    const says: Record<string, string[]> = {
      helper: [helperSays, helperSays],
      build: ['shell /usr/bin/sh\n', buildSays],
    };
    const exec: Cluster['exec'] = (request) => answering(says[request.container]?.shift() ?? '')(request);
    const cluster: ReturnType<typeof clusterOf> = clusterWith(bothStarted, {
      exec,
      watchPod: (name, { signal }) => {
        const pod = cluster.pods.get(name) as Pod;
        const later = async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          return changed({ ...pod, status: podOf().status ?? {} });
        };
        return watchOf([changed({ ...pod, status: { phase: 'Pending' } }), later], signal);
      },
    });
    await start({ cluster }).done;
    expect(execs(cluster)).toEqual(['helper', 'build', 'helper', 'build']);
  });

  it('ends the preparation at once where an answer tells that no job can run', async () => {
    const cluster = clusterWith(bothStarted, {
      exec: (request) => answering(request.container === 'helper' ? helperSays : 'answered\n')(request),
    });
    await expect(start({ cluster }).done).rejects.toMatchObject({ code: 'image-unusable' });
    expect(cluster.pods.size).toBe(0);
  });

  it('starts no job where the answer shows no user namespace', async () => {
    const cluster = clusterWith(bothStarted, {
      exec: (request) =>
        answering(request.container === 'helper' ? helperSays.replaceAll('529072128', '0') : buildSays)(
          request,
        ),
    });
    await expect(start({ cluster }).done).rejects.toMatchObject({ code: 'user-namespace' });
  });
});

describe('isReadyByAnswers', () => {
  const pod = (build: object = {}): Pod => ({
    ...podOf(),
    spec: { containers: [{ name: 'build', ...build }, { name: 'helper' }] },
  });
  it.each([
    ['build and helper alone', pod(), ['build', 'helper'], true],
    ['a service', pod(), ['build', 'helper', 'svc-0'], false],
    ['a readiness probe', pod({ readinessProbe: {} }), ['build', 'helper'], false],
    ['a startup probe', pod({ startupProbe: {} }), ['build', 'helper'], false],
    ['a hook at the start', pod({ lifecycle: { postStart: {} } }), ['build', 'helper'], false],
  ])('knows what else a pod with %s waits for', (_, given, names, expected) => {
    expect(isReadyByAnswers(given, names)).toBe(expected);
  });
});
