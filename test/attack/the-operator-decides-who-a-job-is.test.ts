import { describe, expect, it } from 'vitest';
import { attackSuite, ownJobId, podsOf, type SeenContainer } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('the operator decides who a job is');

const enforced = {
  runAsUser: 1000,
  runAsGroup: 1000,
  runAsNonRoot: true,
  privileged: false,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

describe.skipIf(reason)('the operator decides who a job is', () => {
  it('an enforced user wins over what the job and a service request, and the log says so', async () => {
    const result = await cluster().run(
      {
        image: { name: cluster().busyboxImage, kubernetes: { user: '2000:2000' } },
        services: [
          {
            name: cluster().busyboxImage,
            alias: 'who',
            kubernetes: { user: 3000 },
            command: ['sh', '-c', 'id > /tmp/index.html; httpd -f -p 8081 -h /tmp'],
            variables: { HEALTHCHECK_TCP_PORT: '8081' },
          },
        ],
        script: ['id', 'wget -q -O - http://who:8081/index.html'],
      },
      { policy: { enforced_security_context: enforced } },
    );
    expect(result.state).toBe('success');
    expect(result.readableTrace.match(/^uid=\S+ gid=\S+/gm)).toEqual([
      'uid=1000(job) gid=1000(job)',
      // A service keeps the names of its image.
      'uid=1000 gid=1000',
    ]);
    expect(result.readableTrace).toMatch(/2000.*enforced_security_context/);
    expect(result.readableTrace).toMatch(/3000.*enforced_security_context/);
  });

  it('what is enforced is on every container, and no container has more', async () => {
    const id = ownJobId();
    let containers: readonly SeenContainer[] = [];
    const extra = { name: 'extra', image: cluster().busyboxImage, command: ['sleep', '60'] };
    const result = await cluster().run(
      {
        id,
        services: [{ name: cluster().busyboxImage, command: ['sleep', '60'] }],
        script: ['grep -E "^(Cap|NoNewPrivs)" /proc/self/status', 'echo seen', 'sleep 1'],
      },
      {
        policy: {
          enforced_security_context: enforced,
          pod_template: {
            spec: { containers: [{ ...extra, resources: { limits: { memory: '16Mi', cpu: '10m' } } }] },
          },
        },
        on: [
          {
            trace: /^seen$/m,
            do: () => {
              containers = podsOf(cluster(), id).flatMap(({ spec }) => spec.containers);
            },
          },
        ],
      },
    );
    expect(result.state).toBe('success');
    expect(containers.map(({ name }) => name).sort()).toEqual(['build', 'extra', 'helper', 'svc-0']);
    const { runAsUser, capabilities, allowPrivilegeEscalation, privileged } = enforced;
    for (const { securityContext } of containers)
      expect(securityContext).toMatchObject({
        runAsUser,
        capabilities,
        allowPrivilegeEscalation,
        privileged,
      });
    expect(result.readableTrace.match(/^Cap(Prm|Eff|Bnd):\t0{16}$/gm)).toHaveLength(3);
    expect(result.readableTrace).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it.each(['0', 'root', '0:0', '00'])(
    'user %j is refused by name where root is forbidden, before any pod',
    async (user) => {
      const id = ownJobId();
      const result = await cluster().run(
        { id, image: { name: cluster().buildImage, kubernetes: { user } }, script: ['id -u'] },
        {
          policy: { enforced_security_context: { ...enforced, runAsUser: undefined, runAsGroup: undefined } },
        },
      );
      expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
      expect(result.readableTrace).toContain('kubernetes:user');
      expect(result.readableTrace).not.toContain("Starting the job's pod");
      expect(result.readableTrace).not.toMatch(/^0$/m);
    },
  );
});
