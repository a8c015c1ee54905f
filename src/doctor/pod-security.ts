// Which Pod Security level the namespace enforces, found out by dry runs, and what to change where it refuses our pod.
import type { Cluster, Manifest } from '../cluster/cluster.ts';
import type { ViolatedLevel } from '../outcome/system-failure.ts';
import {
  checkPodSecurity,
  type PodSecurityLevel,
  type PodSecurityVersion,
  type PodSecurityViolation,
} from '../security/pod-security.ts';
import { ask, foundOf } from './call.ts';
import { type DoctorFinding, ok, type Remedy, skip, warn } from './doctor-finding.ts';

type Container = Readonly<Record<string, unknown>>;

/**
 * The labels are on the Namespace object, which a runner may not read; so the API server is asked to check, without making
 * anything, what each level would refuse. `manifest` is our own pod, which it admits.
 */
export async function checkEnforcedLevel(
  cluster: Cluster,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<DoctorFinding> {
  const check = 'Pod Security';
  const met = maxLevel(manifest);
  for (const [level, offender] of [
    ['restricted', withContainers(manifest, withoutContext)],
    ['baseline', withContainers(manifest, withHostPort)],
  ] as const) {
    const result = await ask((limit) => cluster.createPod(offender, { dryRun: true, signal: limit }), signal);
    if ('answer' in result) continue;
    if (result.refused.code !== 'pod-security') return skip(check, foundOf(result.refused));
    return ok(check, `the namespace enforces "${level}", our pod meets "${met}"`);
  }
  return warn(
    check,
    `the namespace enforces no level: an account that may make pods there may make privileged ones; our pod meets "${met}"`,
    ...relabel('Let the namespace enforce what our pod meets:', cluster.namespace, met),
  );
}

function withContainers(
  manifest: Manifest,
  change: (container: Container, index: number) => Container,
): Manifest {
  const spec = manifest['spec'] as Readonly<Record<string, unknown>>;
  return {
    ...manifest,
    spec: { ...spec, containers: (spec['containers'] as readonly Container[]).map(change) },
  };
}

/** "restricted" asks each container for `allowPrivilegeEscalation: false`; "baseline" does not. */
function withoutContext(container: Container): Container {
  return { ...container, securityContext: {} };
}

/** The mildest thing that "baseline" refuses. */
function withHostPort(container: Container, index: number): Container {
  const port = 30_000 + index;
  return { ...withoutContext(container), ports: [{ containerPort: port, hostPort: port }] };
}

function maxLevel(manifest: Manifest): PodSecurityLevel {
  const meets = (level: PodSecurityLevel): boolean => checkPodSecurity(manifest, level).length === 0;
  return (['restricted', 'baseline'] as const).find(meets) ?? 'privileged';
}

/** Nobody is told to let privileged pods in. */
function relabel(text: string, namespace: string, level: PodSecurityLevel): Remedy[] {
  if (level === 'privileged') return [];
  const code = `kubectl label --overwrite namespace ${namespace} pod-security.kubernetes.io/enforce=${level}`;
  return [{ text, code }];
}

/** Our own copy of the rules says which keys of the policy each violation is about. */
export function remedyPodSecurity(
  manifest: Manifest,
  violated: ViolatedLevel | undefined,
  namespace: string,
): Remedy[] {
  const { level, version } = violated ?? { level: 'restricted', version: 'latest' };
  const violations = checkPodSecurity(manifest, level as PodSecurityLevel, version as PodSecurityVersion);
  return [
    changePolicy(violations),
    ...relabel('Or let the namespace enforce only what this pod meets:', namespace, maxLevel(manifest)),
  ];
}

function changePolicy(violations: readonly PodSecurityViolation[]): Remedy {
  const lines = violations.map(({ check }) => remedies[check]).filter((line) => line !== undefined);
  if (lines.length < violations.length || lines.length === 0) {
    return {
      text: 'The words of the API server name the fields: change them in `pod_template`, or put what is allowed into `enforced_security_context`.',
    };
  }
  return {
    text: 'Add in the policy (config/policies/strict.yaml has all that "restricted" asks for):',
    code: `enforced_security_context:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  };
}

/** By upstream's check ids. */
const remedies: Readonly<Record<string, string>> = {
  privileged: 'privileged: false',
  allowPrivilegeEscalation: 'allowPrivilegeEscalation: false',
  capabilities_baseline: 'capabilities: { drop: [ALL] }',
  capabilities_restricted: 'capabilities: { drop: [ALL] }',
  runAsNonRoot: 'runAsNonRoot: true',
  runAsUser: 'runAsUser: 1000',
  seccompProfile_baseline: 'seccompProfile: { type: RuntimeDefault }',
  seccompProfile_restricted: 'seccompProfile: { type: RuntimeDefault }',
};
