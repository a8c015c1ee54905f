// What the security contexts of a policy come to in the end, container by container, and which of it weakens a promise. Looked
// at after all layers, so that what an enforced field takes back is no finding.
import type { LintFinding } from '../../../admission/lint/lint-policy.ts';
import { serviceContainer } from '../../../layout/container-names.ts';
import type { AppliedPolicy } from '../../../policy/policy.ts';
import type { KeyPath } from '../../../policy/problem.ts';
import { isObject } from '../../../security/field-values.ts';
import { nameDecision, type ResolvedContext } from '../../../security/layers.ts';
import { isImpossibleUser, superuser } from '../../../security/overridden-requests.ts';
import { defaultCapabilities, isSafeSysctl } from '../../../security/pod-security/baseline-checks.ts';
import { isPlainSeLinux } from '../../../security/pod-security/baseline-profiles.ts';
import { resolveSecurity } from '../../../security/resolve-context.ts';
import { fieldGap, fieldRisk } from './lint-finding.ts';

/** Each place is named once, whichever containers it reaches. */
export function lintContexts(policy: AppliedPolicy): LintFinding[] {
  const { pod, containers } = resolveSecurity({
    policy,
    build: null,
    services: [{ index: 0, requested: null }],
  });
  const found = [
    ...Object.values(containers).flatMap((container) => lintContainer(container, pod)),
    ...lintSysctls(pod),
    ...lintServiceUser(containers[serviceContainer(0)]),
  ];
  const byPlace = new Map(found.map((finding) => [`${finding.path.join('.')} ${finding.message}`, finding]));
  return [...byPlace.values()];
}

/** The policy loads, since its own containers can start; a job that gives its service a user can, too. */
function lintServiceUser(service: ResolvedContext | undefined): LintFinding[] {
  if (service === undefined || !isImpossibleUser(service.context)) return [];
  const { runAsNonRoot } = service.decisions;
  const by = runAsNonRoot === undefined ? 'runAsNonRoot' : nameDecision(runAsNonRoot);
  const message = `is the user of a service that asks for none, and ${by} is true: jobs with such a service are rejected`;
  return [fieldGap(placeOf('runAsUser', service), service.context['runAsUser'], message)];
}

/** Where a field was decided; of one that nobody decided, the key that should. */
const placeOf = (field: string, ...contexts: readonly ResolvedContext[]): KeyPath =>
  contexts
    .map(({ decisions }) => decisions[field]?.path)
    .find((path) => path !== undefined && path.length > 0) ?? ['enforced_security_context'];

function lintContainer(container: ResolvedContext, pod: ResolvedContext): LintFinding[] {
  const of = (field: string): unknown => container.context[field] ?? pod.context[field];
  const typeOf = (field: string): unknown =>
    isObject(of(field)) ? (of(field) as { type?: unknown }).type : undefined;
  const at = (field: string): KeyPath => placeOf(field, container, pod);
  const findings: LintFinding[] = [];
  const add = (field: string, about: unknown, what: string) =>
    findings.push(fieldRisk(at(field), about, 'nobodyOutside', what));
  const seccomp = typeOf('seccompProfile') ?? 'no seccompProfile';
  if (seccomp === 'Unconfined' || seccomp === 'no seccompProfile') {
    add(
      'seccompProfile',
      seccomp,
      'opens every system call of the kernel to the job. RuntimeDefault is what is shipped',
    );
  }
  if (typeOf('appArmorProfile') === 'Unconfined') {
    add(
      'appArmorProfile',
      'Unconfined',
      'takes AppArmor away. RuntimeDefault is what runtimes do by themselves',
    );
  }
  if (of('procMount') === 'Unmasked') {
    add(
      'procMount',
      'Unmasked',
      'shows files of /proc that runtimes hide, the kernel having no user namespace for all of them',
    );
  }
  if (container.context['allowPrivilegeEscalation'] !== false) {
    // Who is root in the pod may end whatever runs in it.
    const user = container.context['runAsUser'] ?? superuser;
    const outlives =
      user === superuser
        ? ''
        : ', and one that becomes root outlives the script that started it: the job is another user, and cannot end it';
    add(
      'allowPrivilegeEscalation',
      'allowPrivilegeEscalation',
      `lets set-uid programs of an image gain rights${outlives}. It is false in what is shipped`,
    );
  }
  if (isObject(of('seLinuxOptions')) && !isPlainSeLinux(of('seLinuxOptions') as object)) {
    add('seLinuxOptions', of('seLinuxOptions'), 'may take the confinement by SELinux away');
  }
  return [...findings, ...lintCapabilities(container)];
}

function lintCapabilities({ context, decisions }: ResolvedContext): LintFinding[] {
  const capabilities = isObject(context['capabilities']) ? context['capabilities'] : {};
  const { add = [], drop = [] } = capabilities as { add?: readonly string[]; drop?: readonly string[] };
  const strong = add.filter((name) => !defaultCapabilities.has(name));
  const at = (list: string): KeyPath =>
    decisions[`capabilities.${list}`]?.path ?? ['enforced_security_context'];
  return [
    ...(strong.length > 0
      ? [
          fieldRisk(
            at('add'),
            strong.join(', '),
            'nobodyOutside',
            'opens parts of the kernel that no runtime opens by itself, and of the network that build, helper and services share',
          ),
        ]
      : []),
    ...(drop.includes('ALL')
      ? []
      : [
          fieldRisk(
            at('drop'),
            'capabilities',
            'apart',
            'keep without `drop: [ALL]` what runtimes grant by themselves, raw sockets among it',
          ),
        ]),
  ];
}

function lintSysctls(pod: ResolvedContext): LintFinding[] {
  const written = pod.context['sysctls'];
  const names = Array.isArray(written) ? (written as { name: string }[]).map(({ name }) => name) : [];
  const unsafe = names.filter((name) => !isSafeSysctl(name));
  if (unsafe.length === 0) return [];
  return [
    fieldRisk(
      placeOf('sysctls', pod),
      unsafe.join(', '),
      'itselfOnly',
      'is a setting that Kubernetes does not call safe: it may reach past the pod',
    ),
  ];
}
