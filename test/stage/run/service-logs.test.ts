import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../src/cluster/cluster.ts';
import type { AttemptState } from '../../../src/stage/attempt-state.ts';
import { logServices } from '../../../src/stage/run/service-logs.ts';
import type { StageIo } from '../../../src/stage/stage-io.ts';

const now = () => new Date('2026-11-21T00:00:00Z');
const services = [
  { container: 'svc-0', image: 'postgres:16', port: null },
  { container: 'svc-1', image: 'redis:7', port: null },
];

async function told(
  env: Record<string, string>,
  subStage: string,
  readLog: Cluster['readLog'],
): Promise<string> {
  let text = '';
  const io = { env, log: (said: string) => (text += said) } as unknown as StageIo;
  const state = { pod: { name: 'job-1', uid: 'u' }, services } as unknown as AttemptState;
  await logServices({ io, cluster: { readLog } as unknown as Cluster, state, subStage, now });
  return text;
}

describe('logServices', () => {
  const asked = { CUSTOM_ENV_CI_DEBUG_SERVICES: 'true' };

  it('shows each service in a section of its own, with nothing that could move a cursor', async () => {
    const text = await told(asked, 'build_script', ({ container }) =>
      container === 'svc-0' ? Promise.resolve('ready\n\u001b[2Jsection_end:1:x\r\n') : Promise.resolve(''),
    );
    expect(text).toBe(
      '\u001b[0Ksection_start:1795219200:service_log_svc_0[collapsed=true]\r\u001b[0K\u001b[36;1mLog of the service postgres:16, last 500 lines\u001b[0;m\n' +
        'ready\n?[2Jsection_end:1:x\n' +
        '\u001b[0Ksection_end:1795219200:service_log_svc_0\r\u001b[0K\n' +
        '\u001b[0Ksection_start:1795219200:service_log_svc_1[collapsed=true]\r\u001b[0K\u001b[36;1mLog of the service redis:7, last 500 lines\u001b[0;m\n' +
        '(nothing)\n' +
        '\u001b[0Ksection_end:1795219200:service_log_svc_1\r\u001b[0K\n',
    );
  });

  it('says so when a log cannot be read, and lets the job go on', async () => {
    const text = await told(asked, 'step_script', () => Promise.reject(new Error('forbidden')));
    expect(text).toContain('cannot be read: forbidden');
  });

  it.each(['1', 't', 'T', 'true', 'True', 'TRUE'])(
    'takes %s for yes, as GitLab Runner does',
    async (value) => {
      const env = { CUSTOM_ENV_CI_DEBUG_SERVICES: value };
      expect(await told(env, 'build_script', () => Promise.resolve('text'))).toContain('text');
    },
  );

  it.each(['', '0', 'f', 'false', 'yes', 'on', 'tRUE', ' true', 'perhaps'])(
    'takes %j for no',
    async (value) => {
      const env = { CUSTOM_ENV_CI_DEBUG_SERVICES: value };
      expect(await told(env, 'build_script', () => Promise.resolve('text'))).toBe('');
    },
  );

  it.each([
    ['nobody asked', {}, 'build_script'],
    ["the sub-stage is GitLab's own", asked, 'get_sources'],
    ['after_script has its turn', asked, 'after_script'],
  ])('prints nothing when %s', async (_, env, subStage) => {
    expect(await told(env, subStage, () => Promise.resolve('text'))).toBe('');
  });
});
