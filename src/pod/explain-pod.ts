// A pod as somebody reads it who asks why it is as it is: manifest, sources, overridden requests, Pod Security level.
import type { JobSecurity } from '../security/job-security.ts';
import { nameDecision, type ResolvedContext } from '../security/layers.ts';
import { checkPodSecurity, describeViolations } from '../security/pod-security.ts';
import { plainLine } from '../text/plain-text.ts';
import { annotateManifest } from './annotate-manifest.ts';
import type { Container, PodManifest, PodSpec } from './manifest.ts';

export interface ExplainedPlan {
  readonly security: JobSecurity;
  /** Which one the job got, and why; null: none. */
  readonly profile: { readonly name: string; readonly because: string } | null;
  /** What the job sets itself. */
  readonly granted?: readonly string[];
  /** The digests that stand in place of tags. */
  readonly pinned?: readonly ExplainedImage[];
}

interface ExplainedImage {
  readonly container: string;
  readonly name: string;
  readonly digest: string;
  /** Fingerprints of keys. */
  readonly signedBy: readonly string[];
}

/** A manifest that kubectl takes, with all explanations as comments. */
export function explainAsYaml(
  manifest: PodManifest,
  { security, profile, granted = [], pinned = [] }: ExplainedPlan,
): string {
  const head = [
    ...pinned.map(describeImage),
    ...(profile === null ? [] : [`Profile ${profile.name}: ${profile.because}`]),
    ...granted.map((each) => `Set by the job: ${plainLine(each)}`),
    `Pod Security: ${podSecurityOf(manifest)}`,
    ...security.overridden.map(
      ({ container, key, field, requested, instead, overriddenBy }) =>
        `Overridden: ${key} of ${container} asks for ${field} ${requested}; ${overriddenBy} makes it ${instead}`,
    ),
  ];
  return `${head.map((line) => `# ${line}\n`).join('')}${annotateManifest(manifest, security)}`;
}

export function explainAsJson(
  manifest: PodManifest,
  { security, profile, granted = [], pinned = [] }: ExplainedPlan,
): string {
  const containers = containersOf(manifest).flatMap(({ name }) => {
    const resolved = security.containers[name];
    return resolved ? [[name, sourcesOf(resolved)] as const] : [];
  });
  const sources = { pod: sourcesOf(security.pod), containers: Object.fromEntries(containers) };
  const podSecurity = podSecurityOf(manifest);
  const answer = {
    manifest,
    profile,
    pinned,
    setByJob: granted.map(plainLine),
    sources,
    overridden: security.overridden,
    podSecurity,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function describeImage({ container, name, digest, signedBy }: ExplainedImage): string {
  const signed = signedBy.length === 0 ? '' : `, signed with the key ${signedBy.join(' and ')}`;
  return `Image of ${container}: ${name} is ${digest}${signed}`;
}

function sourcesOf({ decisions }: ResolvedContext): Record<string, string> {
  return Object.fromEntries(
    Object.entries(decisions).map(([field, decision]) => [field, nameDecision(decision)]),
  );
}

function containersOf(manifest: PodManifest): Container[] {
  const { initContainers = [], containers } = manifest['spec'] as PodSpec;
  return [...initContainers, ...containers];
}

/** The strictest level that lets the pod in, and why the next one does not. */
function podSecurityOf(manifest: PodManifest): string {
  const restricted = checkPodSecurity(manifest, 'restricted');
  if (restricted.length === 0) return 'restricted';
  const baseline = checkPodSecurity(manifest, 'baseline');
  if (baseline.length === 0) return `baseline; it ${describeViolations(restricted, 'restricted')}`;
  return `privileged; it ${describeViolations(baseline, 'baseline')}`;
}
