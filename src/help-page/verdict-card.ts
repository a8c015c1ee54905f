// What the page says about a name that was checked, in the order in which it is read. In sentences, names and patterns stand between backticks.
import { listKey } from '../admission/allow-list.ts';
import { createEvaluator } from '../admission/evaluate.ts';
import type { Suggestion, Verdict } from '../admission/verdict.ts';
import { plainLine } from '../text/plain-text.ts';
import type { DeepLink } from './deep-link.ts';
import { describeForWhom } from './describe-rules.ts';
import type { PageData, PublishedPolicy } from './published-policy.ts';

export interface VerdictCard {
  readonly tone: 'allowed' | 'partly' | 'rejected';
  readonly title: string;
  /** The name, safe to show and not too long to. */
  readonly name: string;
  /** The full name, where it says more than the one asked. */
  readonly understood: string | null;
  /** The answer may not be what the job's runner says. */
  readonly warning: string | null;
  readonly reasons: readonly string[];
  readonly suggestion: Suggestion | null;
  readonly notes: readonly string[];
  /** The name is valid, refused, and not replaced by another: a request for it makes sense. */
  readonly isWorthAsking: boolean;
}

/** Shorter than the longest valid name, which is no name for people; short enough to see what stands below it. */
const maxShownLength = 300;

export function describeVerdict(verdict: Verdict, question: DeepLink, data: PageData): VerdictCard {
  const { image, canonical, allowed, reason } = verdict;
  return {
    tone: allowed ? 'allowed' : reason.code === 'some-projects' ? 'partly' : 'rejected',
    title: titleOf(verdict),
    name: shorten(plainLine(image)),
    understood: canonical === null || canonical === image ? null : shorten(canonical),
    warning: warnOfStalePage(question, data.policy),
    reasons: describeWhy(verdict, data.policy),
    suggestion: verdict.suggestion ?? suggestNearest(verdict),
    notes: allowed ? [] : [...describeNearest(verdict), ...describeUnlisted(verdict, data)],
    isWorthAsking: !allowed && canonical !== null && reason.code !== 'replaced',
  };
}

/** The whole card as one text, for a screen reader. */
export function announce({ title, name, warning, reasons, suggestion, notes }: VerdictCard): string {
  const rest = [warning ?? '', ...reasons, suggestion?.text ?? '', ...notes];
  return [`${title}: ${name}.`, ...rest.filter((sentence) => sentence !== '')].join(' ').replaceAll('`', '');
}

function titleOf({ allowed, kind, reason, canonical }: Verdict): string {
  if (reason.code === 'no-image') return 'No image';
  if (canonical === null) return 'Not a valid name';
  if (reason.code === 'some-projects') return 'Not for every project';
  return `${allowed ? 'Allowed' : 'Not allowed'} as ${kind === 'image' ? 'an image' : 'a service'}`;
}

/** The rejection in a job log says by which policy it was decided, and its link hands that on. */
function warnOfStalePage({ policyHash }: DeepLink, { hash }: PublishedPolicy): string | null {
  if (policyHash === null || policyHash === hash) return null;
  return 'Your job was checked against another policy than this page shows, so the answer here may differ. Please tell the operators.';
}

function describeWhy(verdict: Verdict, policy: PublishedPolicy): readonly string[] {
  const { kind, pattern, reason } = verdict;
  if (reason.code === 'some-projects') return describeWhoMay(verdict, policy);
  if (pattern === null) return [reason.text];
  const because = policy[listKey(kind)]?.find((entry) => entry.pattern === pattern)?.because;
  return [`\`${pattern}\` on the list allows it.`, ...(because === undefined ? [] : [plainLine(because)])];
}

/** Evaluates each rule alone, with the same evaluator. */
function describeWhoMay({ image, kind }: Verdict, policy: PublishedPolicy): readonly string[] {
  const may = policy.rules.filter((rule) => {
    const patterns = rule[listKey(kind)] ?? [];
    const alone = { ...policy, allowed_images: patterns, allowed_services: patterns, rules: [] };
    return createEvaluator(alone, null)(image, kind).reason.code === 'pattern';
  });
  return [
    'It is not on the list for everybody.',
    ...may.map(({ when }) => `It is allowed ${describeForWhom(when)}.`),
  ];
}

/** The likely answer is to be copied, as a sure one is. */
function suggestNearest({ nearest, allowed }: Verdict): Suggestion | null {
  const use = allowed ? null : (nearest?.example ?? null);
  return use === null ? null : { text: `Perhaps \`${use}\` is meant, if there is such an image.`, use };
}

/** Nothing that the reason or the suggestion has named already. */
function describeNearest({ nearest }: Verdict): readonly string[] {
  if (nearest === null || nearest.isNamed) return [];
  const { pattern, because } = nearest;
  const why = because === null ? [] : [plainLine(because)];
  return [[`The nearest on the list is \`${pattern}\`.`, ...why].join(' ')];
}

function describeUnlisted({ canonical }: Verdict, { hasUnlistedRules }: PageData): readonly string[] {
  if (!hasUnlistedRules || canonical === null) return [];
  return ['Some projects may use more than this page lists; the log of a refused job has the full answer.'];
}

/** The two ends of a long name tell more than its start alone. */
export function shorten(name: string): string {
  if (name.length <= maxShownLength) return name;
  const half = maxShownLength / 2;
  return `${name.slice(0, half)} … ${name.slice(-half)} (${name.length} characters)`;
}
