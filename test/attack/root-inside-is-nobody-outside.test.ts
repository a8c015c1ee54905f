import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { HostProcess } from '../embedded-cluster/options.ts';
import { attackSuite, ownJobId, podsOf } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('root inside is nobody outside');

const written = parse(
  readFileSync(new URL('../../config/policies/root-in-user-namespace.yaml', import.meta.url), 'utf8'),
) as Readonly<Record<string, unknown>>;

/** The policy needs a namespace that admits its capabilities. */
const baseline = process.env['TEST_BASELINE_NAMESPACE'];

function policy(): Readonly<Record<string, unknown>> {
  const { kubeconfig, namespace, embedded } = cluster();
  return { ...written, cluster: { kubeconfig, namespace: embedded ? namespace : baseline } };
}

describe.skipIf(reason)('root inside is nobody outside', () => {
  let missing = '';
  beforeAll(() => {
    if (cluster().embedded) return;
    missing = baseline ? '' : 'TEST_BASELINE_NAMESPACE names no namespace that enforces baseline';
    if (missing) console.warn(`SKIPPED: root inside is nobody outside; ${missing}`);
  });

  it("root in a job is uid 0 with an administrator's powers, mapped to an ordinary uid", async (test) => {
    test.skip(missing !== '', missing);
    const id = ownJobId();
    let outside: readonly HostProcess[] = [];
    const result = await cluster().run(
      {
        id,
        script: [
          'id -u; cat /proc/self/uid_map',
          'touch /tmp/f && chown 1234:1234 /tmp/f && stat -c "owner %u" /tmp/f',
          'chroot / id -u',
          'echo seen; sleep 1',
        ],
      },
      {
        policy: policy(),
        on: [
          {
            trace: /^seen$/m,
            do: async () => {
              const [pod] = podsOf(cluster(), id);
              outside = (await cluster().embedded?.processes(pod?.metadata.name ?? '', 'build')) ?? [];
            },
          },
        ],
      },
    );
    expect(result.readableTrace).toMatch(/^0\n\s+0\s+[1-9]\d+\s+65536$/m);
    expect(result.readableTrace).toMatch(/^owner 1234$/m);
    expect(result.state).toBe('success');
    if (!cluster().embedded) return;
    expect(outside.length).toBeGreaterThan(0);
    for (const { uid, uidMap } of outside) {
      expect(uid).toBeGreaterThanOrEqual(65_536);
      expect(uidMap.trim()).toMatch(new RegExp(`^0 +${uid} +65536$`));
    }
  });

  it('root in a job cannot do what only root of the node may', async (test) => {
    test.skip(missing !== '', missing);
    const result = await cluster().run(
      {
        script: [
          ...[
            'mount -t tmpfs none /mnt',
            'mknod /tmp/sda b 8 0',
            'echo 1 > /proc/sys/vm/drop_caches',
            'echo core > /proc/sys/kernel/core_pattern',
            'echo b > /proc/sysrq-trigger',
            'hostname evil',
            'nice -n -20 true 2>&1 | grep -q . && false',
            'ip link add evil type dummy',
            'unshare --mount true',
          ].map(
            (attempt) =>
              `( ${attempt} ) >/dev/null 2>&1 && echo "PW""NED: ${attempt.replace(/"/g, '')}" || true`,
          ),
          'echo tried',
        ],
      },
      { policy: policy() },
    );
    expect(result.readableTrace).toMatch(/^tried$/m);
    expect(result.trace).not.toContain('PWNED');
  });
});
