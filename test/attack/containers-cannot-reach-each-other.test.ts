import { describe, expect, it } from 'vitest';
import { attackSuite, ownJobId, podsOf, type SeenPod } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('containers cannot reach each other');

/** The command lines of all processes that a container sees, one a line; one that ends meanwhile is none. */
const processes =
  'for p in /proc/[0-9]*; do { tr "\\0\\n" "  " <$p/cmdline; } 2>/dev/null || true; echo; done';

const service = (script: string) => ({
  name: cluster().busyboxImage,
  alias: 'spy',
  command: ['sh', '-c', `(${script}) > /tmp/index.html 2>&1; httpd -f -p 8081 -h /tmp`],
  variables: { HEALTHCHECK_TCP_PORT: '8081' },
});

describe.skipIf(reason)('containers cannot reach each other', () => {
  it('the build container sees no process but its own', async () => {
    const result = await cluster().run({
      image: cluster().busyboxImage,
      services: [service('echo hello')],
      script: [
        'wget -q -O - http://spy:8081/index.html',
        // Process 1 of the helper proves the user namespace; that of the service is httpd's.
        `${processes} | grep -c "[u]id_map\\|[h]ttpd" || true`,
        `${processes} | grep -c "^sh -c" | sed "s/^/shells: /"`,
      ],
    });
    expect(result.readableTrace).toMatch(/^hello$/m);
    expect(result.readableTrace).toMatch(/^0$/m);
    expect(result.readableTrace).toMatch(/^shells: [1-9]/m);
    expect(result.state).toBe('success');
  });

  it('a service sees no process but its own, and has no path to the workspace, the cache or a control volume', async () => {
    const result = await cluster().run({
      image: cluster().busyboxImage,
      services: [
        service(
          `sleep 1; grep -c "/builds\\|/cache\\|gitlab-pod-executor" /proc/self/mountinfo; ls -d /builds /cache /.gitlab-pod-executor; ${processes} | grep -c "[r]un-build_script\\|[u]id_map"`,
        ),
      ],
      script: ['wget -q -O - http://spy:8081/index.html'],
    });
    const [, answer = ''] = result.readableTrace.split('wget -q -O - http://spy:8081/index.html\n');
    expect(answer).toMatch(/^0\n(ls: \S+ No such file or directory\n){3}0\n/);
    expect(result.state).toBe('success');
  });

  it('a service that may read the workspace changes nothing in it', async () => {
    const attempts = 'for f in /builds/x /builds/*/*/mark; do (echo evil >$f) || echo refused; done';
    const result = await cluster().run(
      {
        image: cluster().busyboxImage,
        services: [
          {
            name: cluster().busyboxImage,
            alias: 'spy',
            command: [
              'sh',
              '-c',
              `(until cat /builds/*/*/mark; do sleep 1; done; ${attempts}; rm /builds/*/*/mark || echo kept) >/tmp/index.html 2>&1; httpd -f -p 8081 -h /tmp`,
            ],
          },
        ],
        script: [
          'echo seen > mark',
          'until wget -q -O - http://spy:8081/index.html; do sleep 1; done',
          'echo "now: $(cat mark), $(ls /builds)"',
        ],
      },
      { policy: { service_workspace: 'read-only' } },
    );
    expect(result.readableTrace).toMatch(/^seen$/m);
    expect(result.readableTrace.match(/^refused$/gm)).toHaveLength(2);
    expect(result.readableTrace).toMatch(/^kept$/m);
    expect(result.readableTrace).toMatch(/^now: seen, (?!.*\bx\b)/m);
    expect(result.state).toBe('success');
  });

  it('each control volume is mounted in one container', async () => {
    const id = ownJobId();
    let pods: readonly SeenPod[] = [];
    await cluster().run(
      {
        id,
        services: [{ name: cluster().busyboxImage, command: ['sleep', '60'] }],
        script: ['echo seen', 'sleep 1'],
      },
      {
        on: [
          {
            trace: /^seen$/m,
            do: () => {
              pods = podsOf(cluster(), id);
            },
          },
        ],
      },
    );
    const mounts = pods.flatMap(({ spec }) =>
      spec.containers.flatMap(({ name, volumeMounts = [] }) =>
        volumeMounts.map((mount) => `${name}: ${mount.name} at ${mount.mountPath}`),
      ),
    );
    expect(mounts).toEqual([
      'build: workspace at /builds',
      'build: cache at /cache',
      'build: control-build at /.gitlab-pod-executor',
      'build: user-database at /etc/passwd',
      'build: user-database at /etc/group',
      'helper: workspace at /builds',
      'helper: cache at /cache',
      'helper: control-helper at /.gitlab-pod-executor',
      'helper: user-database at /etc/passwd',
      'helper: user-database at /etc/group',
    ]);
    expect(pods[0]?.spec['shareProcessNamespace'] ?? false).toBe(false);
  });

  it('nobody writes the exit record or the log of a script of the helper', async () => {
    const names = ['archive_cache', 'upload_artifacts_on_success', 'cleanup_file_variables'];
    const result = await cluster().run({
      script: [
        'mkdir empty',
        // In each place that the job can write: what the helper's scripts keep, for every name that they may have.
        `for n in ${names.join(' ')}; do for p in /builds /cache /tmp /.gitlab-pod-executor/scripts /proc/1/root/.gitlab-pod-executor/scripts /proc/[0-9]*/root/.gitlab-pod-executor/scripts /proc/[0-9]*/cwd; do d=$p/run-$n-0000000000000000; mkdir -p $d 2>/dev/null && echo "0 9" > $d/exit && echo "PW""NED" > $d/spool; done; done; true`,
      ],
      artifacts: [{ name: 'a', paths: ['nothing-of-this-name'], when: 'always' }],
      cache: [{ key: 'k', paths: ['nothing-of-that-name'], when: 'always' }],
    });
    expect(result.readableTrace).toContain('nothing-of-this-name: no matching files');
    expect(result.readableTrace).toContain('nothing-of-that-name: no matching files');
    expect(result.trace).not.toContain('PWNED');
  });
});
