import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import { attackSuite, ownJobId, podsOf, skipAloud } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('text of jobs and clusters is cleaned before we print it');

/** Ends our line, begins a section and a line of its own, hides what follows, and turns the direction of letters. */
const hostile =
  'FORGED\r\u001b[0Ksection_start:1:forged\r\u001b[0K\n\u001b[32;1mJob succeeded\u001b[0;m\u009b2J\u202eevil';

/** What of it must not be in a log as it is. */
function expectClean(trace: string): void {
  expect(trace).not.toContain('\u001b[0Ksection_start:1:forged');
  expect(trace).not.toContain('\u001b[32;1mJob succeeded\u001b[0;m\u009b2J');
  expect(trace).not.toContain('\u009b2J');
  expect(trace).not.toContain('\u202e');
  expect(trace).not.toMatch(/FORGED\r/);
}

describe.skipIf(reason)('text of jobs and clusters is cleaned before we print it', () => {
  // @promise harm: terminal escapes in a name, an event, a refusal, a service's log — sanitized before they are printed
  it.each<[string, () => Partial<JobDefinition>]>([
    ['an image name', () => ({ image: `docker.io/library/${hostile}` })],
    ['a service name', () => ({ services: [{ name: hostile }] })],
    [
      'an alias',
      () => ({ services: [{ name: cluster().busyboxImage, alias: `x${hostile.replace(/[\s,]/g, '')}` }] }),
    ],
    ['a user', () => ({ image: { name: cluster().buildImage, kubernetes: { user: hostile } } })],
    ['a pull policy', () => ({ image: { name: cluster().buildImage, pull_policy: hostile } })],
    ['a platform', () => ({ image: { name: cluster().buildImage, docker: { platform: hostile } } })],
    [
      'the entrypoint of a service that does not start',
      () => ({
        services: [{ name: cluster().busyboxImage, entrypoint: [`/${hostile}`] }],
        script: ['sleep 1'],
      }),
    ],
    ['the name of a job', () => ({ name: hostile, script: ['echo ran'] })],
  ])('%s is cleaned before it is printed', async (_, job) => {
    const result = await cluster().run(
      { script: ['echo ran'], ...job() },
      { policy: { timeouts: { ready: '20s' } } },
    );
    expectClean(result.trace);
    // It ends in a named way, whatever it was.
    expect(result.readableTrace).toMatch(/^(ran|ERROR: .+)$/m);
    expect(result.failureReason).not.toBe('unknown_failure');
  });

  // @promise harm: terminal escapes in a name, an event, a refusal, a service's log
  it('the log of a service is cleaned before it is printed', async () => {
    const result = await cluster().run({
      variables: { GIT_STRATEGY: 'none', CI_DEBUG_SERVICES: 'true' },
      services: [
        {
          name: cluster().busyboxImage,
          command: ['sh', '-c', 'printf "%b\\n" "$TEXT"; sleep 60'],
          variables: [{ key: 'TEXT', value: hostile, public: true, raw: true }],
        },
      ],
      script: ['sleep 1'],
    });
    expectClean(result.trace);
    expect(result.readableTrace).toContain('FORGED');
  });

  it('an event that somebody sends about the pod is cleaned before it is printed', async () => {
    const id = ownJobId();
    let sent = false;
    const result = await cluster().run(
      {
        id,
        services: [
          {
            name: cluster().busyboxImage,
            command: ['sleep', '60'],
            // Nobody listens there: prepare waits, and tells events meanwhile.
            variables: { HEALTHCHECK_TCP_PORT: '8099' },
          },
        ],
        script: ['echo ran'],
      },
      {
        policy: { service_readiness: { timeout: '8s' } },
        on: [
          {
            trace: /^Started.*: /m,
            do: () => {
              sendEvent(podsOf(cluster(), id)[0]?.metadata);
              sent = true;
            },
          },
        ],
      },
    );
    expect(sent).toBe(true);
    expect(result.readableTrace).toContain('FORGED');
    expectClean(result.trace);
    expect(result.readableTrace).toMatch(/^ran$/m);
  });

  it('a taint or a condition that keeps the pod waiting is cleaned before it is printed', async (test) => {
    const { embedded } = cluster();
    if (!embedded) return skipAloud(test, 'a real scheduler says what it likes');
    await embedded.faults.keepPending({ message: hostile });
    const result = await cluster().run({ script: ['true'] }, { policy: { timeouts: { ready: '3s' } } });
    await embedded.faults.clear();
    expect(result.failureReason).toBe('runner_system_failure');
    expect(result.readableTrace).toContain('FORGED');
    expectClean(result.trace);
  });

  it('a refusal of the API server is cleaned before it is printed', async (test) => {
    const { embedded } = cluster();
    if (!embedded) return skipAloud(test, 'a real API server says what it likes');
    await embedded.faults.refuse({
      verb: 'create',
      resource: 'pods',
      status: 403,
      message: hostile,
      times: 9,
    });
    const result = await cluster().run({ script: ['true'] });
    await embedded.faults.clear();
    expect(result.failureReason).toBe('runner_system_failure');
    expect(result.readableTrace).toContain('FORGED');
    expectClean(result.trace);
  });
});

function sendEvent(pod: { readonly name: string } | undefined): void {
  const { namespace, kubeconfig } = cluster();
  const uid = kubectl(cluster(), 'get', 'pod', pod?.name ?? '', '-o', 'jsonpath={.metadata.uid}');
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${pod?.name}.forged`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name: pod?.name, namespace, uid },
    type: 'Warning',
    reason: `Odd${hostile}`.slice(0, 100),
    message: hostile,
    source: { component: 'somebody' },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  execFileSync('kubectl', ['--kubeconfig', kubeconfig, 'create', '--validate=false', '-f', '-'], {
    input: JSON.stringify(event),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
