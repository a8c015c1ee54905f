// A server dry run of our own pod: everything that decides about a real one (quotas, webhooks, Pod Security) has its say, and
// nothing is made. The answer also tells whether `hostUsers: false` is kept, and what time it is over there.
import type { Cluster, Manifest, Pod } from '../cluster/cluster.ts';
import { plainLine } from '../text/plain-text.ts';
import { ask, foundOf, type Refused, remediesOf } from './call.ts';
import { type DoctorFinding, fail, ok, skip, warn } from './doctor-finding.ts';
import type { Platform } from './platform.ts';
import { checkEnforcedLevel, remedyPodSecurity } from './pod-security.ts';
import type { SamplePod } from './sample.ts';

export interface DryRunInput extends SamplePod {
  readonly cluster: Cluster;
  readonly platform: Platform | null;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface DryRun {
  readonly findings: readonly DoctorFinding[];
  /** As the cluster would have it; null: it refuses the pod. */
  readonly admitted: Manifest | null;
}

export async function checkDryRun(request: DryRunInput): Promise<DryRun> {
  const { cluster, manifest, now, signal } = request;
  const before = now();
  const result = await ask((limit) => cluster.createPod(manifest, { dryRun: true, signal: limit }), signal);
  if ('refused' in result) {
    return { findings: [explainRefusal(result.refused, request), ...needAdmission()], admitted: null };
  }
  const findings = [
    evaluateAdmission(result.answer, manifest),
    evaluateHostUsers(result.answer, request),
    evaluateClock(result.answer, before, now()),
    await checkEnforcedLevel(cluster, manifest, signal),
  ];
  return { findings, admitted: result.answer as unknown as Manifest };
}

const admission = 'pod admission';

/** Where there is no pod to ask about. */
export const dryRunNotTried = (why: string): readonly DoctorFinding[] => [
  fail(admission, why),
  ...needAdmission(),
];

const needAdmission = (): DoctorFinding[] =>
  ['hostUsers', 'clock', 'Pod Security'].map((check) => skip(check, 'needs a pod that is admitted'));

function explainRefusal(refused: Refused, { manifest, cluster, platform }: DryRunInput): DoctorFinding {
  const { code, violatedLevel } = refused;
  const found = foundOf(refused);
  const own = platform?.admission;
  if (own?.words.test(found)) return fail(admission, found, own.remedy(cluster.namespace));
  if (code === 'pod-security')
    return fail(admission, found, ...remedyPodSecurity(manifest, violatedLevel, cluster.namespace));
  const remedies = remediesOf(refused, commands[code]?.(cluster.namespace));
  // A full quota passes.
  return code === 'quota' ? warn(admission, found, ...remedies) : fail(admission, found, ...remedies);
}

const commands: Partial<Record<Refused['code'], (namespace: string) => string>> = {
  quota: (namespace) => `kubectl -n ${namespace} describe quota`,
  'limit-range': (namespace) => `kubectl -n ${namespace} describe limitrange`,
  'security-context-constraints': (namespace) =>
    `kubectl get securitycontextconstraints\noc -n ${namespace} adm policy add-scc-to-user restricted-v3 -z default`,
  'namespace-missing': (namespace) =>
    `kubectl create namespace ${namespace}\nkubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=restricted`,
};

/** Webhooks may put containers into a job's pod; those share its network, and may keep it from ending. */
function evaluateAdmission(pod: Pod, manifest: Manifest): DoctorFinding {
  const ours = containersIn(manifest['spec']);
  const added = containersIn(pod.spec).filter((name) => !ours.includes(name));
  if (added.length === 0)
    return ok(admission, `a pod with ${ours.join(', ')} is admitted as it is${admittedBy(pod)}`);
  return warn(
    admission,
    `admitted, but a webhook of the cluster adds to every pod: ${plainLine(added.join(', '))}`,
    {
      text: 'Exempt the namespace from what adds them; for Istio:',
      code: `kubectl label --overwrite namespace ${pod.metadata.namespace ?? ''} istio-injection=disabled`,
    },
  );
}

/** OpenShift notes which of its SCCs let a pod in. */
function admittedBy({ metadata }: Pod): string {
  const scc = metadata.annotations?.['openshift.io/scc'];
  return scc === undefined ? '' : `, by the SCC ${plainLine(scc)}`;
}

function containersIn(spec: unknown): string[] {
  const { containers = [], initContainers = [] } = spec as {
    readonly containers?: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  return [...initContainers, ...containers].map(({ name }) => name);
}

function evaluateHostUsers({ spec }: Pod, { mustProveUserNamespace }: DryRunInput): DoctorFinding {
  const check = 'hostUsers';
  if (spec.hostUsers === false) return ok(check, 'the API server keeps `hostUsers: false`');
  const worse = mustProveUserNamespace(spec) ? fail : warn;
  return worse(
    check,
    'the API server does not keep `hostUsers: false`: it does not know the field, or a webhook removes it',
    {
      text: 'Upgrade to Kubernetes 1.33 or newer, or switch on the feature gate UserNamespacesSupport. If that is so already, look for the webhook:',
      code: 'kubectl get mutatingwebhookconfigurations',
    },
  );
}

/** Sweep goes by the clock: a pod is overdue when its deadline has passed here. */
const maxSkewSeconds = 60;

function evaluateClock({ metadata }: Pod, before: Date, after: Date): DoctorFinding {
  const check = 'clock';
  const there = Date.parse(metadata.creationTimestamp ?? '');
  if (Number.isNaN(there)) return skip(check, 'the API server does not say what time it is');
  const behind = (there - after.getTime()) / 1000;
  // It counts whole seconds, so up to one of them is none of ours.
  const ahead = (before.getTime() - there) / 1000 - 1;
  const skew = Math.floor(Math.max(behind, ahead));
  if (skew <= maxSkewSeconds) return ok(check, "agrees with the API server's");
  return warn(
    check,
    behind > ahead
      ? `this machine's clock is ${skew} s behind the API server's: sweep takes pods too late`
      : `this machine's clock is ${skew} s ahead of the API server's: sweep may take pods too early`,
    { text: 'Let a time service set the clock:', code: 'timedatectl set-ntp true' },
  );
}
