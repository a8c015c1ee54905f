import { describe, expect, test } from 'vitest';
import type { SecurityFields } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';
import type { RequestedIds } from '../../src/security/job-security.ts';
import type { ResolvedContext } from '../../src/security/layers.ts';
import { resolveSecurity } from '../../src/security/resolve-context.ts';

const wish = (uid: number, gid: number | null = null): RequestedIds => ({
  uid,
  gid,
  key: 'image:kubernetes:user',
});

const placed = (...requests: (RequestedIds | null)[]) =>
  requests.map((requested, index) => ({ index, requested }));

const policyOf = (
  defaults: SecurityFields,
  enforced: SecurityFields,
  pod_template?: Record<string, unknown>,
) => ({
  default_security_context: defaults,
  enforced_security_context: enforced,
  ...(pod_template ? { pod_template } : {}),
});

const strict = policyOf(
  { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
  { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
);

/** `value (who)` by field, so that a table reads at a glance. */
function told({ context, decisions }: ResolvedContext | undefined = { context: {}, decisions: {} }): object {
  return Object.fromEntries(
    Object.entries(context).map(([field, value]) => [
      field,
      `${JSON.stringify(value)} (${decisions[field]?.source ?? 'by part'})`,
    ]),
  );
}

describe('layers', () => {
  test('puts fields where Kubernetes has them', () => {
    const { pod, containers } = resolveSecurity({ policy: strict, build: null, services: [] });

    expect(told(pod)).toEqual({
      runAsUser: '1000 (default)',
      runAsGroup: '1000 (default)',
      fsGroup: '1000 (default)',
      runAsNonRoot: 'true (enforced)',
    });
    expect(told(containers['build'])).toEqual({
      runAsUser: '1000 (default)',
      runAsGroup: '1000 (default)',
      runAsNonRoot: 'true (enforced)',
      capabilities: '{"drop":["ALL"]} (by part)',
    });
  });

  test("takes the job's request over a default", () => {
    const { containers, overridden } = resolveSecurity({ policy: strict, build: wish(2000), services: [] });

    expect(told(containers['build'])).toMatchObject({
      runAsUser: '2000 (job)',
      runAsGroup: '1000 (default)',
    });
    expect(overridden).toEqual([]);
  });

  test('overrides a request that an enforced field is against, and says who did', () => {
    const policy = policyOf({}, { runAsUser: 1000, runAsGroup: 100 });

    const { containers, overridden } = resolveSecurity({
      policy,
      build: wish(2000, 100),
      services: placed(wish(5, 6)),
    });

    expect(told(containers['build'])).toMatchObject({
      runAsUser: '1000 (enforced)',
      runAsGroup: '100 (enforced)',
    });
    expect(overridden).toEqual([
      {
        container: 'build',
        key: 'image:kubernetes:user',
        field: 'runAsUser',
        requested: 2000,
        instead: 1000,
        overriddenBy: 'enforced_security_context.runAsUser',
      },
      expect.objectContaining({ container: 'svc-0', field: 'runAsUser', requested: 5 }),
      expect.objectContaining({ container: 'svc-0', field: 'runAsGroup', requested: 6, instead: 100 }),
    ]);
  });

  test("runs helper and init containers as the build's user and group", () => {
    const { containers } = resolveSecurity({
      policy: strict,
      build: wish(2000, 2001),
      services: placed(null),
    });

    for (const name of ['helper', 'init-workspace', 'init-user-namespace']) {
      expect(told(containers[name])).toMatchObject({ runAsUser: '2000 (job)', runAsGroup: '2001 (job)' });
    }
    expect(told(containers['svc-0'])).toMatchObject({ runAsUser: '1000 (default)' });
  });

  test("makes the group the user's number where nobody named one", () => {
    const policy = policyOf({ runAsUser: 1000 }, {});

    const { containers } = resolveSecurity({ policy, build: wish(2000), services: [] });

    expect(told(containers['build'])).toEqual({ runAsUser: '2000 (job)', runAsGroup: '2000 (ours)' });
  });

  test('runs build and helper as root, and services as their images say, where the policy leaves the user open', () => {
    const policy = policyOf({ runAsNonRoot: false }, {});

    const { containers, contradictions } = resolveSecurity({
      policy,
      build: null,
      services: placed(null, wish(999)),
    });

    expect(told(containers['build'])).toMatchObject({ runAsUser: '0 (ours)', runAsGroup: '0 (ours)' });
    expect(told(containers['helper'])).toMatchObject({ runAsUser: '0 (ours)', runAsGroup: '0 (ours)' });
    expect(told(containers['svc-0'])).toEqual({ runAsNonRoot: 'false (default)' });
    expect(told(containers['svc-1'])).toMatchObject({ runAsUser: '999 (job)', runAsGroup: '999 (ours)' });
    expect(contradictions).toEqual([]);
  });

  test('drops every capability of init containers where nobody else does', () => {
    const { containers } = resolveSecurity({
      policy: policyOf({ runAsUser: 1 }, {}),
      build: null,
      services: [],
    });

    expect(containers['helper']?.context).not.toHaveProperty('capabilities');
    expect(containers['init-workspace']?.context['capabilities']).toEqual({ drop: ['ALL'] });
  });

  test('drops every capability of init containers, whatever is enforced', () => {
    const policy = policyOf({ runAsUser: 1 }, { capabilities: { drop: ['ALL'], add: ['CHOWN'] } });

    const { containers } = resolveSecurity({ policy, build: null, services: [] });

    expect(containers['helper']?.context['capabilities']).toEqual({ add: ['CHOWN'], drop: ['ALL'] });
    expect(containers['init-workspace']?.context).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(containers['init-workspace']?.context['capabilities']).not.toHaveProperty('add');
  });
});

describe('pod_template', () => {
  const template = {
    spec: {
      securityContext: { runAsUser: 3000, supplementalGroups: [7] },
      containers: [
        { name: 'build', securityContext: { readOnlyRootFilesystem: true, runAsUser: 4000 } },
        { name: 'proxy', securityContext: { capabilities: { add: ['NET_ADMIN'] }, runAsNonRoot: false } },
        { name: 'svc-0', securityContext: { runAsUser: 0 } },
      ],
    },
  };
  const policy = { ...strict, pod_template: template };

  test("pod_template stands between the defaults and the job's request", () => {
    const { pod, containers } = resolveSecurity({ policy, build: null, services: [] });

    expect(told(pod)).toMatchObject({ runAsUser: '3000 (template)', supplementalGroups: '[7] (template)' });
    expect(told(containers['build'])).toMatchObject({
      runAsUser: '4000 (template)',
      readOnlyRootFilesystem: 'true (template)',
    });
    expect(told(containers['helper'])).toMatchObject({ runAsUser: '4000 (template)' });
    expect(told(resolveSecurity({ policy, build: wish(5), services: [] }).containers['build'])).toMatchObject(
      { runAsUser: '5 (job)' },
    );
  });

  test('pod_template cannot loosen what is enforced, not even on its own containers', () => {
    const { containers } = resolveSecurity({ policy, build: null, services: [] });

    expect(told(containers['proxy'])).toEqual({
      runAsUser: '3000 (template)',
      runAsGroup: '1000 (default)',
      runAsNonRoot: 'true (enforced)',
      capabilities: '{"drop":["ALL"]} (by part)',
    });
  });

  test('pod_template is ignored for services that the job does not have', () => {
    const { containers, contradictions } = resolveSecurity({ policy, build: null, services: [] });

    expect(Object.keys(containers)).not.toContain('svc-0');
    expect(contradictions).toEqual([]);
  });
});

describe('contradictions', () => {
  test('name the user, where it comes from, and what forbids it', () => {
    const { contradictions } = resolveSecurity({
      policy: strict,
      build: wish(0),
      services: placed(wish(0), wish(7)),
    });

    expect(contradictions).toEqual([
      {
        kind: 'contradiction',
        container: 'build',
        user: 0,
        userKey: 'image:kubernetes:user',
        isRequested: true,
        key: 'enforced_security_context.runAsNonRoot',
        isShipped: false,
      },
      expect.objectContaining({ container: 'svc-0' }),
    ]);
  });

  test('say whether the policy forbids it, or what is shipped for a policy that says nothing', () => {
    const text = 'cluster: {namespace: ci}\n';
    const written = `enforced_security_context: {runAsNonRoot: true}\n`;
    const contradictions = (policy: string) =>
      resolveSecurity({
        policy: readPolicy({ text: policy, file: 'policy.yaml' }).policy,
        build: wish(0),
        services: [],
      }).contradictions;

    expect(contradictions(text)).toMatchObject([
      { key: 'enforced_security_context.runAsNonRoot', isShipped: true },
    ]);
    expect(contradictions(text + written)).toMatchObject([
      { key: 'enforced_security_context.runAsNonRoot', isShipped: false },
    ]);
  });

  test('a default that forbids root is not lifted by requesting root', () => {
    const policy = policyOf({ runAsNonRoot: true, runAsUser: 1000 }, {});

    const { contradictions } = resolveSecurity({ policy, build: wish(0), services: [] });

    expect(contradictions).toMatchObject([{ key: 'default_security_context.runAsNonRoot' }]);
  });

  test('an enforced user in place of root leaves nothing to contradict', () => {
    const policy = policyOf({}, { runAsNonRoot: true, runAsUser: 1000 });

    const { contradictions, overridden } = resolveSecurity({ policy, build: wish(0), services: [] });

    expect(contradictions).toEqual([]);
    expect(overridden).toMatchObject([{ requested: 0, instead: 1000 }]);
  });
});

describe('fields for one kind of container', () => {
  const grown = policyOf(
    { runAsUser: 0, fsGroup: 0, services: { runAsUser: 999 } },
    {
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      seccompProfile: { type: 'RuntimeDefault' },
      capabilities: { drop: ['ALL'] },
      build: {
        seccompProfile: { type: 'Localhost', localhostProfile: 'image-build.json' },
        capabilities: { add: ['SETFCAP'] },
      },
    },
    { spec: { containers: [{ name: 'proxy', image: 'proxy:1' }] } },
  );

  test('reach that kind alone, and stand over the common ones', () => {
    const { containers } = resolveSecurity({ policy: grown, build: null, services: placed(null) });
    const shown = (name: string, field: string): unknown => containers[name]?.context[field];

    expect(shown('build', 'seccompProfile')).toMatchObject({ type: 'Localhost' });
    expect(shown('build', 'capabilities')).toEqual({ add: ['SETFCAP'], drop: ['ALL'] });
    for (const other of ['helper', 'init-workspace', 'svc-0', 'proxy']) {
      expect(shown(other, 'seccompProfile')).toEqual({ type: 'RuntimeDefault' });
      expect(shown(other, 'capabilities')).toEqual({ drop: ['ALL'] });
    }
    expect(['build', 'helper', 'svc-0', 'proxy'].map((name) => shown(name, 'runAsUser'))).toEqual([
      0, 0, 999, 0,
    ]);
  });

  test('fields for one kind of container are named by their place', () => {
    const { containers } = resolveSecurity({ policy: grown, build: null, services: [] });

    expect(containers['build']?.decisions['seccompProfile']?.path).toEqual([
      'enforced_security_context',
      'build',
      'seccompProfile',
    ]);
    expect(containers['build']?.decisions['capabilities.add']?.path).toEqual([
      'enforced_security_context',
      'build',
      'capabilities',
      'add',
    ]);
  });

  test('win over a job where they are enforced, and give way to it where they are defaults', () => {
    const policy = policyOf({ build: { runAsUser: 1 } }, { services: { runAsUser: 2 } });
    const { containers } = resolveSecurity({ policy, build: wish(5), services: placed(wish(6)) });

    expect(containers['build']?.context['runAsUser']).toBe(5);
    expect(containers['svc-0']?.context['runAsUser']).toBe(2);
  });

  test('contradict where helper cannot be the user that build may be', () => {
    const policy = policyOf({ runAsUser: 1000 }, { runAsNonRoot: true, build: { runAsNonRoot: false } });
    const { contradictions } = resolveSecurity({ policy, build: wish(0), services: [] });

    expect(contradictions.map(({ container, key }) => [container, key])).toEqual([
      ['helper', 'enforced_security_context.runAsNonRoot'],
      ['init-workspace', 'enforced_security_context.runAsNonRoot'],
      ['init-user-namespace', 'enforced_security_context.runAsNonRoot'],
    ]);
  });
});
