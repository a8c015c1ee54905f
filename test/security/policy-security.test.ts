import { expect, test } from 'vitest';
import { formatKeyPath } from '../../src/policy/problem.ts';
import { shippedDefaultContext, shippedEnforcedContext } from '../../src/policy/schema/security-schema.ts';
import { checkPolicySecurity } from '../../src/security/policy-security.ts';

type Contexts = Parameters<typeof checkPolicySecurity>[0];

const shipped: Contexts = {
  default_security_context: shippedDefaultContext,
  enforced_security_context: shippedEnforcedContext,
};

const check = (policy: Partial<Contexts>): string[] =>
  checkPolicySecurity({ ...shipped, ...policy }).map(
    ({ path, message }) => `${formatKeyPath(path)} ${message}`,
  );

test('finds nothing wrong with what is shipped', () => {
  expect(check({})).toEqual([]);
});

test('names wrong fields of both contexts at once', () => {
  const found = check({
    default_security_context: { runAsUser: 1e6 },
    enforced_security_context: { privilegd: false },
  });

  expect(found).toEqual([
    expect.stringContaining('default_security_context.runAsUser must be'),
    'enforced_security_context.privilegd is not a security field that this program knows; did you mean privileged?',
  ]);
});

const waysOut =
  'choose a user from 1 on, or set runAsNonRoot: false in enforced_security_context for root inside the user namespace, as config/policies/root-in-user-namespace.yaml does';

test('refuses root where non-root is asked for', () => {
  expect(check({ default_security_context: { runAsUser: 0 } })).toEqual([
    'default_security_context.runAsUser is 0, and enforced_security_context.runAsNonRoot (as shipped) is true: this container could not start; ' +
      waysOut,
  ]);
});

test('asks for a user, unless root is what the policy means', () => {
  const [missing] = check({ default_security_context: { fsGroup: 1000 } });

  expect(missing).toMatch(
    /^default_security_context\.runAsUser is missing: build and helper run as one user/,
  );
  expect(check({ default_security_context: {}, enforced_security_context: { runAsNonRoot: false } })).toEqual(
    [],
  );
  expect(check({ default_security_context: {}, enforced_security_context: {} })).toHaveLength(1);
});

test('refuses SYS_ADMIN together with allowPrivilegeEscalation: false, as Kubernetes does', () => {
  const enforced_security_context = { allowPrivilegeEscalation: false, capabilities: { add: ['SYS_ADMIN'] } };

  expect(check({ enforced_security_context })).toEqual([
    'enforced_security_context.capabilities.add adds SYS_ADMIN, which Kubernetes refuses together with allowPrivilegeEscalation: false (enforced_security_context.allowPrivilegeEscalation)',
  ]);
});

test('finds a container of the template that could never start, with its place', () => {
  const pod_template = {
    spec: {
      initContainers: [{ name: 'warm', image: 'x:1', securityContext: { runAsUser: 0 } }],
      containers: [{ name: 'build' }, { name: 'svc-2', securityContext: { runAsUser: 0 } }],
    },
  };

  expect(check({ pod_template })).toEqual([
    'pod_template.spec.containers[1].securityContext.runAsUser is 0, and enforced_security_context.runAsNonRoot (as shipped) is true: this container could not start; ' +
      waysOut,
    'pod_template.spec.initContainers[0].securityContext.runAsUser is 0, and enforced_security_context.runAsNonRoot (as shipped) is true: this container could not start; ' +
      waysOut,
  ]);
});

test('finds a container that must not be root, and that nobody gave a user', () => {
  const pod_template = { spec: { containers: [{ name: 'build', securityContext: { runAsNonRoot: true } }] } };

  expect(
    check({
      default_security_context: { runAsNonRoot: false },
      enforced_security_context: {},
      pod_template,
    }),
  ).toEqual([
    'pod_template.spec.containers[0].securityContext.runAsNonRoot is true, and no user is set: this container could not start as root',
  ]);
});

test('does not fall over a template that is not one', () => {
  for (const pod_template of [
    { spec: 1 },
    { spec: { containers: 'build' } },
    { spec: { containers: [null, {}] } },
  ]) {
    expect(check({ pod_template })).toEqual([]);
  }
});

test('looks into the fields of each kind of container, and says which may stand there', () => {
  const found = check({
    enforced_security_context: {
      ...shippedEnforcedContext,
      build: { privileged: true, fsGroup: 5 },
      helper: 7,
      init: { runAsUser: 5 },
      servces: {},
    },
  });

  expect(found).toEqual([
    'enforced_security_context.servces is not a security field that this program knows; did you mean services?',
    'enforced_security_context.build.privileged may only be false: a privileged container can leave its user namespace',
    'enforced_security_context.build.fsGroup belongs to the pod, not to a container',
    'enforced_security_context.helper must have security fields of a container',
    "enforced_security_context.init.runAsUser has no effect: this container runs as build's user; set it there, or for all",
  ]);
});

test('refuses a build that is root beside a helper that must not be', () => {
  const found = check({
    enforced_security_context: { ...shippedEnforcedContext, build: { runAsNonRoot: false, runAsUser: 0 } },
  });

  expect(found).toEqual([
    'enforced_security_context.build.runAsUser is 0, and enforced_security_context.runAsNonRoot is true: this container could not start; ' +
      waysOut,
  ]);
});

test('takes a user that is given to build alone', () => {
  expect(
    check({ default_security_context: { build: { runAsUser: 1000 }, services: { runAsUser: 1001 } } }),
  ).toEqual([]);
});

test('refuses a seccomp file outside of the directory of the kubelet', () => {
  for (const localhostProfile of ['../x.json', 'a/../../x.json', '/etc/x.json']) {
    const build = { seccompProfile: { type: 'Localhost', localhostProfile } };
    expect(check({ enforced_security_context: { ...shippedEnforcedContext, build } })).toEqual([
      "enforced_security_context.build.seccompProfile must have a localhostProfile below the kubelet's seccomp directory: relative, without `..`",
    ]);
  }
});
