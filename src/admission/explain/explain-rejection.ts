// Why a valid name was rejected, most telling reason first, and the name that would be allowed instead. Whatever is
// suggested was evaluated by the same policy. It explains a no and makes none: admission-context.ts decides. A new reason is a code
// in verdict.ts, a function in the list below, and a row in the test of evaluate.ts; names that do not parse: src/policy/pattern.

import type { AdmissionContext } from '../admission-context.ts';
import type { ListedPattern } from '../allow-list.ts';
import type { ImageReference } from '../image-reference.ts';
import { compilePattern, literalStart } from '../match/match-pattern.ts';
import { spellingsOf } from '../match/spellings.ts';
import type { ImageKind, NearestPattern, Verdict } from '../verdict.ts';
import { exampleName } from './example-name.ts';
import { explainCapitals } from './explain-capitals.ts';
import { explainRegistry } from './explain-registry.ts';
import { explainTag } from './explain-tag.ts';
import { allowedName, type Explanation, type ExplanationInput, type NearPattern } from './explanation.ts';
import { nearestPattern } from './nearest-pattern.ts';

type Explain = (input: ExplanationInput) => Explanation | null;

const explanations: readonly Explain[] = [
  explainReplacement,
  explainEmptyList,
  explainSomeProjects,
  explainSpelling,
  explainCapitals,
  explainTag,
  explainUntaggedSpelling,
  explainDepth,
  explainRegistry,
  explainOtherKind,
];

export function explainRejection(
  reference: ImageReference,
  kind: ImageKind,
  context: AdmissionContext,
): Pick<Verdict, 'reason' | 'suggestion' | 'nearest'> {
  const input = { reference, kind, context, list: context.list(kind) ?? [] };
  const found = firstOf(explanations, input) ?? explainNoMatch(input);
  const near = found.near ?? withNamed(nearestPattern(reference, input.list), found);
  return {
    reason: { code: found.code, text: found.text },
    suggestion: found.suggestion ?? null,
    nearest: near === null ? null : describeNearest(near, input),
  };
}

/** A pattern without wildcards may be the very name that is suggested. */
function withNamed(near: ListedPattern | null, { suggestion }: Explanation): NearPattern | null {
  return near && { ...near, isNamed: suggestion?.use === near.pattern };
}

function firstOf(explanations: readonly Explain[], input: ExplanationInput): Explanation | null {
  for (const explain of explanations) {
    const found = explain(input);
    if (found !== null) return found;
  }
  return null;
}

function describeNearest(near: NearPattern, input: ExplanationInput): NearestPattern {
  const example = exampleName(near.pattern, input.reference);
  return {
    pattern: near.pattern,
    because: near.because ?? null,
    example: example === null ? null : allowedName(example, input),
    isNamed: near.isNamed,
  };
}

function explainReplacement(input: ExplanationInput): Explanation | null {
  const replacement = input.context.replacementFor(input.reference);
  if (replacement === null) return null;
  const because = replacement.because === undefined ? '' : `: ${replacement.because}`;
  return {
    code: 'replaced',
    text: `This runner offers \`${replacement.use}\` in place of \`${replacement.pattern}\`${because}.`.replace(
      /\.\.$/,
      '.',
    ),
    suggestion: { text: `Use \`${replacement.use}\` instead.`, use: allowedName(replacement.use, input) },
  };
}

function explainEmptyList({ list, kind, context }: ExplanationInput): Explanation | null {
  if (list.length > 0) return null;
  const { default_image: use } = context.policy;
  if (use === undefined)
    return { code: 'empty-list', text: `This runner allows no ${kind}s of a job's choice.` };
  if (kind === 'service') return { code: 'empty-list', text: 'This runner allows no services.' };
  return {
    code: 'empty-list',
    text: `This runner allows only its default image, \`${use}\`.`,
    suggestion: { text: 'Leave `image:` out of the job to run in the default image.', use },
  };
}

function explainSomeProjects({ reference, kind, context }: ExplanationInput): Explanation | null {
  const names = context.policy.image_matching === 'canonical' ? spellingsOf(reference) : [reference.name];
  const entry = context.listForSomeProjects(kind).find(({ matches }) => names.some(matches));
  if (entry === undefined) return null;
  const who = context.project === null ? 'for some projects only' : 'for other projects or refs only';
  return {
    code: 'some-projects',
    text: `\`${entry.pattern}\` is allowed ${who}, by rules[${entry.rule ?? 0}] of the policy.`,
  };
}

/** The same image, written as a pattern has it. That only `latest` is missing is explained by explainTag. */
function explainSpelling(input: ExplanationInput): Explanation | null {
  const { name, tag, digest } = input.reference;
  const isUntagged = tag === null && digest === null;
  const use = spellingsOf(input.reference)
    .filter((spelling) => !(isUntagged && spelling.endsWith(':latest')))
    .find((spelling) => allowedName(spelling, input) !== null);
  if (use === undefined) return null;
  return {
    code: 'spelling',
    text: `\`${name}\` and \`${use}\` are the same image, but this runner compares names as they are written.`,
    suggestion: { text: `Write \`${use}\`.`, use },
  };
}

function explainUntaggedSpelling(input: ExplanationInput): Explanation | null {
  const use = spellingsOf(input.reference).find((spelling) => allowedName(spelling, input) !== null);
  if (use === undefined) return null;
  return {
    code: 'spelling',
    text: `This runner compares names as they are written, and no pattern has this one.`,
    suggestion: { text: `Write \`${use}\`, which is the same image.`, use },
  };
}

/** A `*` stands for one part of a path: `registry/*` does not reach `registry/a/b`. */
function explainDepth({ reference, list }: ExplanationInput): Explanation | null {
  const near = list.find(({ pattern }) => {
    const slash = pattern.lastIndexOf('/');
    const last = pattern.slice(slash + 1);
    const isAboutPaths = slash >= 0 || /^\*(:\*)?$/.test(pattern);
    if (!isAboutPaths || !last.includes('*') || last === '**') return false;
    if (!reference.name.startsWith(literalStart(pattern))) return false;
    return compilePattern(`${pattern.slice(0, slash + 1)}**/${last}`)(reference.name);
  });
  if (near === undefined) return null;
  const deeper = near.pattern.endsWith('/*') ? `, as \`${near.pattern}*\` would` : '';
  return {
    code: 'depth',
    text: `A \`*\` stands for one part of a path, so \`${near.pattern}\` does not reach \`${reference.name}\`${deeper}.`,
    near: { ...near, isNamed: true },
  };
}

function explainOtherKind({ reference, kind, context }: ExplanationInput): Explanation | null {
  const other = kind === 'image' ? 'service' : 'image';
  if (context.decide(reference, other)?.entry == null) return null;
  return {
    code: 'other-kind',
    text: `It is allowed as ${other === 'image' ? 'an image' : 'a service'}, not as ${kind === 'image' ? 'an image' : 'a service'}.`,
  };
}

function explainNoMatch({ list, kind }: ExplanationInput): Explanation {
  const [only] = list;
  const near = list.length === 1 && only !== undefined ? { near: { ...only, isNamed: false } } : {};
  const patterns = list.length === 1 ? 'The one pattern' : `None of the ${list.length} patterns`;
  const matches = list.length === 1 ? 'does not match it' : 'matches it';
  return { code: 'no-match', text: `${patterns} of allowed ${kind}s ${matches}.`, ...near };
}
