import { describe, expect, it } from 'vitest';
import { kubectl } from '../cluster/kubectl.ts';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite, ownJobId } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('secrets stay where they belong');
const canary = 'canary-7f3a9c-value';

describe.skipIf(reason)('secrets stay where they belong', () => {
  it('a secret variable is in no object of the cluster, no command line and no log', async () => {
    let seen = '';
    const look = (): void => {
      seen += kubectl(cluster(), 'get', 'pods,events,secrets,configmaps', '-o', 'json');
    };
    const encoded = (): string[] => [canary, Buffer.from(canary).toString('base64')];
    const result = await cluster().run(
      {
        repository: makeRepository(cluster().directory),
        variables: [
          { key: 'TOKEN', value: canary, public: false, masked: true },
          { key: 'TOKEN_FILE', value: canary, public: false, file: true },
        ],
        services: [{ name: cluster().busyboxImage, command: ['sleep', '60'] }],
        script: [
          'echo running',
          'sleep 1',
          // It is there, or looking for it would show nothing.
          'test "$TOKEN" = "$(cat $TOKEN_FILE)" && echo "it is known"',
          'for p in /proc/[0-9]*/cmdline; do { tr "\\0\\n" "  " <$p; } 2>/dev/null || true; echo; done | grep -c "[c]anary-7f3a9c" || true',
          'find /builds /cache /tmp /.gitlab-pod-executor -name "*anary-7f3a9c*" 2>/dev/null | wc -l',
        ],
        artifacts: [{ name: 'a', paths: ['README.md'] }],
      },
      {
        on: [
          { trace: /running/, do: look },
          { trace: /it is known/, do: look },
          { trace: /Uploading/, do: look },
        ],
      },
    );
    look();
    expect(result.state).toBe('success');
    expect(seen).toContain('"kind": "Pod"');
    expect(seen).toContain('"kind": "Secret"');
    for (const secret of encoded()) expect(seen).not.toContain(secret);
    expect(result.trace).not.toContain(canary);
    expect(result.readableTrace).toMatch(/^it is known\n(\$.*\n)0\n(\$.*\n)0$/m);
    expect(result.calls.flatMap(({ argv }) => argv).join(' ')).not.toContain(canary);
    expect(result.runnerLog.join('\n')).not.toContain(canary);
  });

  it('no service account token and no address of a service is in any container', async () => {
    const look =
      'ls /var/run/secrets/kubernetes.io /run/secrets/kubernetes.io 2>&1; env | grep "_SERVICE_HOST="';
    const result = await cluster().run({
      image: cluster().busyboxImage,
      services: [
        {
          name: cluster().busyboxImage,
          alias: 'spy',
          command: ['sh', '-c', `(${look}) > /tmp/index.html; httpd -f -p 8081 -h /tmp`],
          variables: { HEALTHCHECK_TCP_PORT: '8081' },
        },
      ],
      script: [`(${look}) || true`, 'wget -q -O - http://spy:8081/index.html'],
    });
    expect(result.readableTrace.match(/kubernetes\.io: No such file/g)).toHaveLength(4);
    // The kubelet tells every container of the API server, and only enableServiceLinks of the others.
    const hosts = result.readableTrace.match(/^\w+_SERVICE_HOST=/gm) ?? [];
    expect(hosts.filter((name) => name !== 'KUBERNETES_SERVICE_HOST=')).toEqual([]);
    expect(result.state).toBe('success');
  });

  it('registry credentials travel as a secret of the pod, and go with it', async () => {
    const password = 'registry-canary-1b2c';
    const id = ownJobId();
    const label = `gitlab-pod-executor/job-id=${id}`;
    const names = (): string => kubectl(cluster(), 'get', 'secrets', '-l', label, '-o', 'name');
    let during = '';
    let pods = '';
    const result = await cluster().run(
      {
        id,
        credentials: [{ type: 'registry', url: 'registry.example.com', username: 'u', password }],
        script: [
          'echo running',
          'sleep 1',
          'grep -rs "registry-canary-1b2[c]" /builds /cache /tmp /var /run /etc /.gitlab-pod-executor && echo "PW""NED" || true',
        ],
      },
      {
        on: [
          {
            trace: /running/,
            do: () => {
              during = names();
              pods = kubectl(cluster(), 'get', 'pods', '-o', 'json');
            },
          },
        ],
      },
    );
    expect(result.state).toBe('success');
    expect(during).toMatch(/secret\/job-\d+-\w+-pull/);
    expect(pods).not.toContain(password);
    expect(result.trace).not.toContain(password);
    expect(result.trace).not.toContain('PWNED');
    await expect.poll(names, { timeout: 20_000 }).toBe('');
  });
});
