// What the author of a rejected job reads: what was not allowed, why, what to write instead, and whom to ask. Colours and
// the section are as GitLab shows them; without them it is a text that reads the same.

import type { Policy } from '../../policy/policy.ts';
import { fillPlaceholders, type Placeholder } from '../../policy/schema/values/placeholders.ts';
import { paint } from '../../text/ansi.ts';
import { sectionEnd, sectionStart } from '../../text/log-lines.ts';
import { plainLine, plainText } from '../../text/plain-text.ts';
import { shortList } from '../../text/short-list.ts';
import type { ProjectFacts } from '../allow-list.ts';
import type { Rejection, RejectionFinding, RequestedImage } from '../rejection.ts';
import type { ImageKind } from '../verdict.ts';
import { describeFinding, noImage } from './describe-finding.ts';
import { helpLink } from './help-link.ts';
import { listAllowed } from './list-allowed.ts';
import { explainUnknownProtection } from './unknown-protection.ts';

/** A job with more rejected names than this has one mistake many times. */
const maxLinks = 3;

/** In a line of its own and in the operator's words. */
const maxNameLength = 200;

/** Nobody reads on; and a job may have made hundreds of them. */
const maxShown = 20;

export interface RejectionMessageInput {
  readonly rejection: Rejection;
  readonly policy: Policy;
  readonly job: {
    readonly name: string;
    readonly project: Omit<ProjectFacts, 'isRefProtected'>;
    readonly isRefProtected: ProjectFacts['isRefProtected'];
  };
  /** Makes the section's name one that no job output can close: letters and digits. */
  readonly nonce: string;
  readonly now: Date;
}

/** The whole message, with its last newline; text of the job and the operator is stripped of control characters. */
export function formatRejection({ rejection, policy, job, nonce, now }: RejectionMessageInput): string {
  const { findings } = rejection;
  const values = valuesFor(findings, policy, job);
  const lines = [
    paint(`ERROR: ${headline(findings)}`, 'red'),
    '',
    ...findings.slice(0, maxShown).flatMap((finding) => [...describeFinding(finding), '']),
    ...(findings.length > maxShown ? [`  … and ${findings.length - maxShown} more.`, ''] : []),
    ...paragraph(explainUnknownProtection(job, policy)),
    paint(
      'This limit is deliberate. Running the job again will not change it; changing .gitlab-ci.yml will.',
      'yellow',
    ),
    ...operatorMessage(policy.rejection.message, values),
    ...whereToGo(findings, policy, values),
    ...section(findings, policy, { ...job.project, isRefProtected: job.isRefProtected }, { nonce, now }),
    `Policy ${policy.hash}`,
  ];
  return `${lines.join('\n')}\n`;
}

const paragraph = (text: string | null): readonly string[] => (text === null ? [] : [text, '']);

function headline(findings: readonly RejectionFinding[]): string {
  const [only] = findings;
  if (findings.length > 1 || only === undefined) {
    return `This runner does not allow ${findings.length} things that this job asks for.`;
  }
  if (only.kind !== 'name') return headlines[only.kind];
  return `This runner does not allow the ${only.verdict.kind} "${plainLine(only.verdict.image.slice(0, maxNameLength))}".`;
}

const headlines: Readonly<Record<Exclude<RejectionFinding['kind'], 'name'>, string>> = {
  'no-image': 'This job names no image, and this runner has no default one.',
  'pull-policy': 'This runner does not allow the pull policy that this job asks for.',
  user: 'This runner does not allow the user that this job asks for.',
  contradiction: 'This runner does not allow the user that this job asks for.',
  'no-user': "This runner's policy gives a container of this job no user that it may run as.",
  'too-much': 'This job asks for more than this runner takes.',
  alias: 'This job gives a service a name that no pod can have.',
  'clone-path': 'This runner does not let a job move its project.',
  overwrite: 'This runner does not allow what a variable of this job asks for its pod.',
  profile: 'This runner does not have the profile that the job asks for.',
  signature: 'This runner needs a signature that an image of this job does not have.',
};

function operatorMessage(
  text: string | undefined,
  values: Readonly<Record<Placeholder, string>>,
): readonly string[] {
  if (text === undefined) return [];
  return ['', ...plainText(fillPlaceholders(text, values)).trim().split('\n')];
}

function whereToGo(
  findings: readonly RejectionFinding[],
  { rejection: { help_url, contact } }: Policy,
  values: Readonly<Record<Placeholder, string>>,
): readonly string[] {
  const links = help_url === undefined ? [] : linksFor(findings, help_url, values);
  const ask = contact === undefined ? [] : operatorMessage(contact, values).slice(1);
  if (links.length + ask.length === 0)
    return ['', 'Ask the people who run this GitLab if you need something else.'];
  return [
    '',
    ...links.map((link) => `Help:    ${link}`),
    ...ask.map((line, index) => `${index === 0 ? 'Contact: ' : '         '}${line}`),
  ];
}

/** One for each rejected name; where there is none, the page itself. An address that asks for an image leads nowhere without one. */
function linksFor(
  findings: readonly RejectionFinding[],
  helpUrl: string,
  values: Readonly<Record<Placeholder, string>>,
): readonly string[] {
  const names = findings.flatMap((finding) => (finding.kind === 'name' ? [finding.verdict] : []));
  if (names.length > 0)
    return [...new Set(names.slice(0, maxLinks).map((name) => helpLink(helpUrl, values, name)))];
  const image = imagesOf(findings);
  if (image === '' && helpUrl.includes('{image}')) return [];
  return [fillPlaceholders(helpUrl, { ...values, image }, encodeURIComponent)];
}

/** One section for the lists that the findings are about; its title is in the same line as its mark, as GitLab wants it. */
function section(
  findings: readonly RejectionFinding[],
  policy: Policy,
  project: ProjectFacts,
  { nonce, now }: { nonce: string; now: Date },
): readonly string[] {
  const requested = findings.flatMap((finding) => (finding.kind === 'name' ? [finding.verdict.kind] : []));
  const kinds: readonly ImageKind[] = findings.some(({ kind }) => kind === 'no-image')
    ? ['image', ...requested]
    : requested;
  const lists = [...new Set(kinds)]
    .sort()
    .map((kind) => listAllowed(policy, kind, project))
    .filter((list) => list !== null);
  if (lists.length === 0) return [''];
  const name = `allowed_here_${nonce}`;
  const title = `What this runner allows (${lists.map((list) => list.title).join(', ')})`;
  return [
    '',
    sectionStart(name, title, { at: now, collapsed: true }).trimEnd(),
    ...lists.flatMap(({ lines }) => lines),
    sectionEnd(name, now).trimEnd(),
  ];
}

function valuesFor(
  findings: readonly RejectionFinding[],
  policy: Policy,
  job: RejectionMessageInput['job'],
): Readonly<Record<Placeholder, string>> {
  const kinds = findings.map((finding) => aboutOf(finding).imageKind);
  return {
    image: imagesOf(findings) || noImage,
    kind: kinds[0] ?? 'image',
    project: plainLine(job.project.path),
    job: plainLine(job.name),
    policy: policy.hash,
  };
}

/** Each once; empty when the job names none. */
function imagesOf(findings: readonly RejectionFinding[]): string {
  const images = findings.map((finding) => plainLine(aboutOf(finding).image.slice(0, maxNameLength + 1)));
  return shortList(
    [...new Set(images)].filter((image) => image !== ''),
    { maxLength: maxNameLength },
  );
}

function aboutOf(finding: RejectionFinding): RequestedImage {
  switch (finding.kind) {
    case 'name':
      return { image: finding.verdict.image, imageKind: finding.verdict.kind };
    case 'no-image':
      return { image: '', imageKind: 'image' };
    case 'pull-policy':
    case 'user':
      return finding;
    case 'alias':
    case 'too-much':
      return { image: finding.image ?? '', imageKind: 'service' };
    case 'clone-path':
    case 'profile':
    case 'contradiction':
    case 'no-user':
    case 'overwrite':
    case 'signature':
      return { image: finding.image ?? '', imageKind: finding.imageKind ?? 'image' };
  }
}
