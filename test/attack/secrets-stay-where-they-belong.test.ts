import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('secrets stay where they belong');
const canary = 'canary-7f3a9c-value';

describe.skipIf(reason)('secrets stay where they belong', () => {
  it('a secret variable is in no manifest, event, argv or log of ours', async () => {
    let seen = '';
    const look = (): void => {
      seen += kubectl(cluster(), 'get', 'pods,events', '-o', 'json');
    };
    const result = await cluster().run(
      {
        variables: [
          { key: 'GIT_STRATEGY', value: 'none', public: true },
          { key: 'TOKEN', value: canary, public: false, masked: true },
        ],
        script: [
          'echo running',
          'sleep 1',
          'for p in /proc/[0-9]*/cmdline; do tr "\\0" " " <$p; echo; done | grep -c "canary-7f3a9c" || true',
          'ls -l /.gitlab-pod-executor/scripts/',
        ],
      },
      { on: [{ trace: /running/, do: look }] },
    );
    expect(result.state).toBe('success');
    expect(seen).toContain('"kind": "Pod"');
    expect(seen).not.toContain(canary);
    expect(result.trace).not.toContain(canary);
    expect(result.readableTrace).toMatch(/^0$/m);
    expect(result.calls.flatMap(({ argv }) => argv).join(' ')).not.toContain(canary);
  });

  it('no service account token is in any container', async () => {
    const result = await cluster().run({
      script: [
        'ls /var/run/secrets/kubernetes.io 2>&1 || echo "no token here"',
        'env | grep -c _SERVICE_HOST || true',
      ],
    });
    expect(result.readableTrace).toContain('no token here');
    expect(result.readableTrace).toMatch(/^0$/m);
  });

  it('registry credentials travel as a secret of the pod, and go with it', async () => {
    const password = 'registry-canary-1b2c';
    let names = '';
    const result = await cluster().run(
      {
        credentials: [{ type: 'registry', url: 'registry.example.com', username: 'u', password }],
        script: ['echo running', 'sleep 1'],
      },
      {
        on: [
          {
            trace: /running/,
            do: () => {
              names = kubectl(
                cluster(),
                'get',
                'secrets',
                '-l',
                'app.kubernetes.io/managed-by=gitlab-pod-executor',
                '-o',
                'name',
              );
              expect(kubectl(cluster(), 'get', 'pods', '-o', 'json')).not.toContain(password);
            },
          },
        ],
      },
    );
    expect(result.state).toBe('success');
    expect(names).toMatch(/secret\/job-\d+-\w+-pull/);
    expect(result.trace).not.toContain(password);
    expect(
      kubectl(
        cluster(),
        'get',
        'secrets',
        '-l',
        'app.kubernetes.io/managed-by=gitlab-pod-executor',
        '-o',
        'name',
      ),
    ).toBe('');
  });
});
