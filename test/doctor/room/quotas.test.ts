import { describe, expect, it } from 'vitest';
import type { ResourceQuota } from '../../../src/cluster/cluster.ts';
import { checkQuotas } from '../../../src/doctor/room/quotas.ts';
import { SystemFailure } from '../../../src/outcome/system-failure.ts';
import { patient } from '../../stage/doctor-patient.ts';

const pod = {
  spec: {
    priorityClassName: 'ci',
    containers: [{ resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '4Gi' } } }],
  },
};

const quota = (
  hard: Readonly<Record<string, string>>,
  used: Readonly<Record<string, string>> = {},
  spec: ResourceQuota['spec'] = {},
): ResourceQuota => ({ metadata: { name: 'ci' }, spec, status: { hard, used } });

function look(quotas: readonly ResourceQuota[], jobsAtOnce: number | null = null) {
  const { cluster } = patient({ quotas });
  return checkQuotas({ cluster, pod, jobsAtOnce, signal: new AbortController().signal });
}

describe('checkQuotas', () => {
  it('counts jobs by what runs out first, in all and now', async () => {
    const quotas = [quota({ 'limits.memory': '40Gi', pods: '50' }, { 'limits.memory': '10Gi', pods: '48' })];

    expect(await look(quotas, 10)).toMatchObject({
      verdict: 'ok',
      found:
        'room for 10 jobs at once, now for 2 more (ci has 40 Gi of limits.memory, and a job with a service takes 4 Gi of limits.memory); the runner takes up to 10',
    });
    expect(await look(quotas, 11)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('the runner takes up to 11: the others wait in prepare') as string,
    });
    expect((await look(quotas)).found).toMatch(/; --config FILE compares it with what the runner takes$/);
  });

  it.each([
    ['cpu', '0', 0],
    ['requests.cpu', '7', 7],
    ['requests.memory', '8Gi', 8],
    ['memory', '512Mi', 0],
    ['count/secrets', '10', 3],
    ['count/pods', '1', 1],
  ])('counts %s: %s', async (resource, hard, jobs) => {
    const { verdict, found } = await look([quota({ [resource]: hard })]);

    expect(verdict).toBe(jobs === 0 ? 'fail' : 'ok');
    expect(found).toContain(jobs === 0 ? 'room for no job: ci has ' : `room for ${jobs} job`);
  });

  it.each([
    [{ scopes: ['Terminating', 'NotBestEffort'] }, true],
    [{ scopes: ['NotTerminating'] }, false],
    [{ scopes: ['BestEffort'] }, false],
    [
      {
        scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['ci'] }] },
      },
      true,
    ],
    [
      {
        scopeSelector: {
          matchExpressions: [{ scopeName: 'PriorityClass', operator: 'NotIn', values: ['ci'] }],
        },
      },
      false,
    ],
    [{ scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Exists' }] } }, true],
    [
      { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] } },
      false,
    ],
    [{ scopeSelector: { matchExpressions: [{ scopeName: 'BestEffort', operator: 'Exists' }] } }, false],
  ])('counts a quota with the scope %j: %s', async (spec, isCounted) => {
    expect((await look([quota({ pods: '5' }, {}, spec)])).found).toContain(
      isCounted ? 'room for 5 jobs' : 'no ResourceQuota of the namespace limits jobs',
    );
  });

  it('has nothing to say of other resources, and of what it may not see', async () => {
    expect((await look([quota({ services: '0' })])).found).toBe(
      'no ResourceQuota of the namespace limits jobs',
    );
    const refusal = new SystemFailure('forbidden', { what: 'No.' });
    const cluster = { ...patient().cluster, listResourceQuotas: () => Promise.reject(refusal) };
    expect(
      await checkQuotas({ cluster, pod, jobsAtOnce: 1, signal: new AbortController().signal }),
    ).toMatchObject({
      verdict: 'skip',
      found: expect.stringMatching(
        /^the account may not list resourcequotas, which jobs do not need/,
      ) as string,
    });
  });
});
