import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('containers cannot reach each other');

describe.skipIf(reason)('containers cannot reach each other', () => {
  it('the build container sees its own processes alone, and no control volume but its own', async () => {
    const result = await cluster().run({
      script: [
        'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline 2>/dev/null; echo; done | grep -c "reachRunner\\|gitlab-runner-helper\\|prove()" || true',
        'cat /proc/1/cmdline | tr "\\0" " " | grep -q uid_map && echo PWNED || echo "process 1 is its own"',
        'grep -c "gitlab-pod-executor" /proc/self/mountinfo',
        'ls -la /.gitlab-pod-executor',
      ],
    });
    expect(result.readableTrace).not.toContain('PWNED');
    expect(result.readableTrace).toContain('process 1 is its own');
    expect(result.readableTrace).toMatch(/^1$/m);
  });

  it('a service mounts neither the workspace nor a control volume', async () => {
    const result = await cluster().run({
      image: cluster().busyboxImage,
      services: [
        {
          name: cluster().busyboxImage,
          alias: 'spy',
          command: [
            'sh',
            '-c',
            '(grep -c "/builds\\|/cache\\|gitlab-pod-executor" /proc/self/mountinfo; ls -d /builds /cache /.gitlab-pod-executor) > /tmp/index.html 2>&1; httpd -f -p 8081 -h /tmp',
          ],
          variables: { HEALTHCHECK_TCP_PORT: '8081' },
        },
      ],
      script: ['wget -q -O - http://spy:8081/index.html'],
    });
    expect(result.readableTrace).toMatch(/^0$/m);
    expect(result.readableTrace).toMatch(/\/builds: No such file/);
    expect(result.state).toBe('success');
  });

  it('every path that the build container may write is its own', async () => {
    const result = await cluster().run({
      repository: makeRepository(cluster().directory),
      variables: {},
      script: [
        "awk '{print $5}' /proc/self/mountinfo | sort > /tmp/mounts",
        'for m in $(cat /tmp/mounts); do if [ -d "$m" ] && touch "$m/.planted" 2>/dev/null; then echo "writable: $m"; rm -f "$m/.planted"; fi; done',
      ],
    });
    const writable = [...result.readableTrace.matchAll(/^writable: (\S+)$/gm)]
      .map((match) => match[1])
      .filter((path) => !path?.startsWith('/dev'));
    expect(new Set(writable)).toEqual(
      new Set(['/.gitlab-pod-executor', '/builds', '/cache', ...writable.filter((path) => path === '/tmp')]),
    );
  });
});
