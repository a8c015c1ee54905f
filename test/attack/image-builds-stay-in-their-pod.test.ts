import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { executable } from '../cluster/cluster-under-test.ts';
import type { HostProcess } from '../embedded-cluster/options.ts';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';
import { nest, writeNest } from './nested-namespaces.ts';

type Json = Readonly<Record<string, unknown>>;

/** As the DaemonSet lays it. */
const seccompDirectory = mkdtempSync(join(tmpdir(), 'seccomp-'));
mkdirSync(seccompDirectory, { recursive: true });
symlinkSync(resolve('config/kubernetes/seccomp'), join(seccompDirectory, 'gitlab-pod-executor'));
afterAll(() => rmSync(seccompDirectory, { recursive: true }));

const promise = 'image builds stay in their pod';
const { reason, cluster } = await attackSuite(promise, { options: { seccompDirectory } });

const shipped = parse(readFileSync('config/policies/image-build.yaml', 'utf8')) as Json & {
  readonly profiles: Readonly<Record<string, Json>>;
};
const baseline = process.env['TEST_BASELINE_NAMESPACE'];
const hasFiles = process.env['TEST_SECCOMP_FILES'] !== undefined;

function whyNot(): string {
  const { embedded } = cluster();
  if (embedded) return embedded.sandbox.provesUserNamespace ? '' : 'this sandbox has one id only';
  if (!baseline) return 'TEST_BASELINE_NAMESPACE names no namespace that enforces baseline';
  return hasFiles ? '' : 'TEST_SECCOMP_FILES does not say that the nodes have config/kubernetes/seccomp';
}

/** Where the jobs of this file are. */
const place = () => ({ ...cluster(), namespace: namespaceOfJobs() });
const namespaceOfJobs = (): string => (cluster().embedded ? cluster().namespace : (baseline ?? ''));

/** The policy with its profile for every project. */
function policy(profile = 'image-build', changes: Json = {}): Json {
  return {
    ...shipped,
    cluster: { kubeconfig: cluster().kubeconfig, namespace: namespaceOfJobs() },
    rules: [{ when: { projects: ['**'] }, profile }],
    ...changes,
  };
}

describe.skipIf(reason)(promise, () => {
  let missing = '';
  beforeEach(({ skip }) => {
    missing = whyNot();
    if (missing !== '') console.warn(`SKIPPED: a test of "${promise}"; ${missing}`);
    skip(missing !== '', missing);
  });

  it('root of a nested namespace mounts, and gives files to any of its ids, none of which is one of the node', async () => {
    const id = ownJobId();
    let outside: readonly HostProcess[] = [];
    const result = await cluster().run(
      {
        id,
        script: [
          writeNest,
          `perl ${nest} sh -euc 'cat /proc/self/uid_map; mount -t tmpfs none /mnt; mkdir /mnt/l /mnt/u /mnt/w /mnt/m; mount -t overlay overlay -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w /mnt/m; touch /mnt/m/f; chown 33:33 /mnt/m/f; stat -c "owner %u" /mnt/u/f; echo seen; sleep 5'`,
          // Ids that the pod does not have.
          `for map in "0 0 65537" "0 65536 1" "70000 100000 1"; do MAP="$map" perl ${nest} echo "PW""NED: $map" 2>&1 | grep -v '^write' || true; done`,
          'echo tried',
        ],
      },
      {
        policy: policy(),
        on: [
          {
            trace: /^seen$/m,
            do: async () => {
              const [pod] = podsOf(place(), id);
              outside = (await cluster().embedded?.processes(pod?.metadata.name ?? '', 'build')) ?? [];
            },
          },
        ],
      },
    );
    expect(result.readableTrace).toMatch(/^\s+0 +0 +65536$/m);
    expect(result.readableTrace).toMatch(/^owner 33$/m);
    expect(result.readableTrace).toMatch(/^tried$/m);
    expect(result.trace).not.toContain('PWNED');
    expect(result.state).toBe('success');
    if (!cluster().embedded) return;
    expect(outside.some(({ command }) => command.includes('sleep 5'))).toBe(true);
    for (const { uid, uidMap } of outside) {
      expect(uid).toBeGreaterThanOrEqual(65_536);
      expect(uidMap.trim()).toMatch(/^0 +[1-9]\d{4,} +65536$/);
    }
  });

  it('the filter of all other jobs lets none of it happen, and neither do the calls that only a runtime needs', async () => {
    const changes = {
      profiles: {
        plain: {
          ...shipped.profiles['image-build'],
          enforced_security_context: {
            build: {
              runAsNonRoot: false,
              capabilities: { drop: ['ALL'], add: ['SETFCAP', 'SETGID', 'SETUID'] },
            },
            helper: { runAsNonRoot: false },
            init: { runAsNonRoot: false },
          },
        },
      },
    };
    const plain = await cluster().run(
      { script: [writeNest, `perl ${nest} echo "PW""NED" || echo "no namespace"`] },
      { policy: policy('plain', changes) },
    );
    expect(plain.readableTrace).toMatch(/^unshare: Operation not permitted$/m);
    expect(plain.readableTrace).toMatch(/^no namespace$/m);
    expect(plain.trace).not.toContain('PWNED');

    const nested = await cluster().run(
      {
        script: [
          writeNest,
          // setns, pivot_root, bpf, init_module by number, on x86-64; then what has no namespace: devices, the node's settings.
          `perl ${nest} perl -e 'for (308, 155, 321, 175) { $! = 0; syscall($_, 0, 0, 0); print "call $_: ", $!+0, "\\n" }'`,
          `perl ${nest} sh -c 'mknod /tmp/sda b 8 0 && echo "PW""NED: mknod"; echo core > /proc/sys/kernel/core_pattern && echo "PW""NED: core_pattern"; mount -t proc proc /mnt && echo "PW""NED: proc"; true' 2>/dev/null`,
          'echo tried',
        ],
      },
      { policy: policy() },
    );
    expect(nested.readableTrace).toMatch(/^tried$/m);
    if (process.arch === 'x64')
      for (const call of [308, 155, 321, 175])
        expect(nested.readableTrace).toMatch(new RegExp(`^call ${call}: 1$`, 'm'));
    expect(nested.trace).not.toContain('PWNED');
  });

  it('no process of a nested namespace survives its sub-stage, whatever its id', async () => {
    const lingerer =
      '$SIG{TERM} = $SIG{HUP} = "IGNORE"; $0 = "lin" . "gers"; $) = "33 33"; $> = 33; ($(, $<) = (33, 33); sleep 1 while 1';
    const result = await cluster().run(
      {
        script: [
          writeNest,
          `setsid perl ${nest} perl -e '${lingerer}' >/dev/null 2>&1 </dev/null &`,
          'until grep -lqz "^lingers" /proc/[0-9]*/cmdline; do sleep 0.1; done; echo "it lingers"',
        ],
        after_script: [
          'grep -lqz "^lingers" /proc/[0-9]*/cmdline 2>/dev/null && echo "PW""NED: survived" || echo "all gone"',
        ],
      },
      { policy: policy() },
    );
    expect(result.readableTrace).toMatch(/^it lingers$/m);
    expect(result.readableTrace).toMatch(/^all gone$/m);
    expect(result.trace).not.toContain('PWNED');
    expect(result.state).toBe('success');
  });

  it('a setuid program gives nobody an id, neither one of the image nor one made in a nested namespace', async () => {
    const asUser = (program: string) =>
      `perl -e '$) = "33 33"; ($(, $<) = (33, 33); $> = 33; exec @ARGV' ${program} -u`;
    const result = await cluster().run(
      {
        script: [
          writeNest,
          'cp "$(command -v id)" /tmp/rootid; chmod 4755 /tmp/rootid; stat -c "mode %a" /tmp/rootid',
          asUser('/tmp/rootid'),
          `perl ${nest} sh -euc 'cp "$(command -v id)" /tmp/nestedid; chmod 6755 /tmp/nestedid; ${asUser('/tmp/nestedid').replaceAll("'", `'"'"'`)}'`,
        ],
      },
      { policy: policy() },
    );
    expect(result.readableTrace).toMatch(/^mode 4755$/m);
    expect(result.readableTrace.match(/^33$/gm)).toHaveLength(2);
    expect(result.readableTrace).not.toMatch(/^0$/m);
  });

  it('helper and services keep the contexts of all jobs, and storage is a volume of the one pod', async () => {
    const id = ownJobId();
    let pods: ReturnType<typeof podsOf> = [];
    const secret = 'layer-of-another-job';
    const first = await cluster().run(
      {
        id,
        services: [{ name: cluster().busyboxImage, alias: 'web', command: ['sleep', '60'] }],
        script: [`echo "${secret}" > /var/lib/containers/layer; echo seen; sleep 3`],
      },
      {
        policy: policy(),
        on: [
          {
            trace: /^seen$/m,
            do: () => {
              pods = podsOf(place(), id);
            },
          },
        ],
      },
    );
    expect(first.state).toBe('success');
    const contextOf = (name: string) =>
      pods[0]?.spec.containers.find((container) => container.name === name)?.securityContext;
    expect(contextOf('svc-0')).toMatchObject({
      runAsUser: 1000,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
    });
    expect(contextOf('helper')).toMatchObject({
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
      allowPrivilegeEscalation: false,
    });
    const mounting = pods[0]?.spec.containers.filter(({ volumeMounts = [] }) =>
      volumeMounts.some(({ mountPath }) => ['/var/lib/containers', '/var/tmp'].includes(mountPath)),
    );
    expect(mounting?.map(({ name }) => name)).toEqual(['build']);
    for (const name of ['container-storage', 'build-context'])
      expect(pods[0]?.spec['volumes']).toContainEqual({ name, emptyDir: { sizeLimit: '8Gi' } });

    const second = await cluster().run(
      { script: ['ls -A /var/lib/containers; echo "layers: $(ls -A /var/lib/containers | wc -l)"'] },
      { policy: policy() },
    );
    expect(second.readableTrace).toMatch(/^layers: 0$/m);
    expect(second.trace).not.toContain(secret);
  });

  it('doctor says of a profile what its jobs then can do, and of a node what it lacks', () => {
    const file = join(cluster().directory, 'doctor-policy.yaml');
    const { enforced_security_context: enforced, ...rest } = shipped.profiles['image-build'] as Json & {
      readonly enforced_security_context: Json & { readonly build: Json };
    };
    const filtered = (seccompProfile: Json) => ({
      ...rest,
      enforced_security_context: { ...enforced, build: { ...enforced.build, seccompProfile } },
    });
    const profiles = {
      ...shipped.profiles,
      plain: filtered({ type: 'RuntimeDefault' }),
      elsewhere: filtered({ type: 'Localhost', localhostProfile: 'gitlab-pod-executor/nowhere.json' }),
    };
    writeFileSync(
      file,
      stringify({ ...policy('plain', { profiles }), helper_image: cluster().helperImage, rules: [] }),
    );
    const rowOf = (profile: string, check: string): string => {
      const argv = ['doctor', '--probe', '--profile', profile, '--json', '--policy', file];
      const { stdout } = spawnSync(executable, argv, { encoding: 'utf8' });
      const { checks } = JSON.parse(stdout) as {
        checks: { check: string; verdict: string; found: string }[];
      };
      const row = checks.find((each) => each.check === check);
      return `${row?.verdict} ${row?.found}`;
    };
    // As the tests above found it, and docs/build-images.md says of the tools.
    expect(rowOf('image-build', 'image builds')).toMatch(
      /^ok in profile image-build: kaniko no \(lacks CHOWN, DAC_OVERRIDE, FOWNER\) \| buildah yes \| podman only if the filter allows clone \| BuildKit no \(pivot_root: /,
    );
    expect(rowOf('kaniko', 'image builds')).toMatch(
      /^ok in profile kaniko: kaniko yes \| buildah no \(unshare: .*Operation not permitted\) \|/,
    );
    expect(rowOf('plain', 'nesting')).toMatch(/^warn unshare: .*Operation not permitted$/);
    expect(rowOf('elsewhere', 'probe pod')).toMatch(
      /^fail The build container cannot start: its node has no such seccomp file\./,
    );
  });

  // @promise start: a node lacks the seccomp file of the policy — system failure that names the file, and no image
  it('a node without the seccomp file starts nothing, and says so to the operator', async () => {
    const profile = shipped.profiles['image-build'] as { enforced_security_context: { build: Json } };
    const elsewhere = {
      ...profile,
      enforced_security_context: {
        ...profile.enforced_security_context,
        build: {
          ...profile.enforced_security_context.build,
          seccompProfile: { type: 'Localhost', localhostProfile: 'gitlab-pod-executor/nowhere.json' },
        },
      },
    };
    const result = await cluster().run(
      { script: ['echo "PW""NED"'] },
      { policy: policy('elsewhere', { profiles: { elsewhere } }) },
    );
    expect(result.readableTrace).toMatch(
      /^ERROR: The build container cannot start: its node has no such seccomp file\. The node said: .*nowhere\.json: no such file or directory/m,
    );
    expect(result.failureReason).toBe('runner_system_failure');
    expect(result.trace).not.toContain('PWNED');
  });
});
