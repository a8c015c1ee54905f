// Rejections that are about what follows the repository: a tag or a digest that is missing, or another one than allowed.
import { expandBraces } from '../../policy/pattern/expand-braces.ts';
import type { ListedPattern } from '../allow-list.ts';
import { compilePattern, literalStart } from '../match/match-pattern.ts';
import { exampleName } from './example-name.ts';
import { allowedName, type Explanation, type ExplanationInput } from './explanation.ts';

export function explainTag(question: ExplanationInput): Explanation | null {
  const { tag, digest } = question.reference;
  if (digest !== null) return explainDigest(question);
  if (tag === null) return explainMissingTag(question);
  return explainNeedlessTag(question) ?? explainOtherTag(question);
}

function explainMissingTag(question: ExplanationInput): Explanation | null {
  const { name } = question.reference;
  const near = question.list.find(({ matches }) => matches(`${name}:latest`));
  if (near === undefined) return explainOtherTag(question);
  return {
    code: 'tag-missing',
    text: `\`${name}\` has no tag, and \`${near.pattern}\` needs one.`,
    suggestion: { text: `Write the tag too, for example \`${name}:latest\`.`, use: `${name}:latest` },
    near: { ...near, isNamed: true },
  };
}

/** `python:*` is compared with all of the name, so a digest alone never matches it. */
function explainDigest(question: ExplanationInput): Explanation | null {
  const { name, tag, digest } = question.reference;
  const repository = repositoryOf(name);
  const near = question.list.find(({ matches }) => matches(`${repository}:latest@${digest ?? ''}`));
  if (tag === null && near !== undefined) {
    const use = `${repository}:latest@${digest ?? ''}`;
    return {
      code: 'digest',
      text: `\`${near.pattern}\` needs a tag before the digest.`,
      suggestion: {
        text: `Write the tag too, for example \`${repository}:latest@${shortDigest(digest ?? '')}\`.`,
        use,
      },
      near: { ...near, isNamed: true },
    };
  }
  const use = allowedName(name.slice(0, name.indexOf('@')), question);
  if (use === null) return explainNeedlessTag(question) ?? explainOtherTag(question);
  return {
    code: 'digest',
    text: `\`${use}\` is allowed, but no allowed pattern takes a digest.`,
    suggestion: { text: `Write \`${use}\`, without the digest.`, use },
  };
}

function explainNeedlessTag(question: ExplanationInput): Explanation | null {
  const use = allowedName(repositoryOf(question.reference.name), question);
  if (use === null) return null;
  return {
    code: 'tag-differs',
    text: `\`${use}\` is allowed only as it is, with nothing after it.`,
    suggestion: { text: `Write \`${use}\`.`, use },
  };
}

/** The repository is allowed, and not this tag of it. */
function explainOtherTag(question: ExplanationInput): Explanation | null {
  const { reference } = question;
  const repository = repositoryOf(reference.name);
  const near = question.list.filter((entry) => isAboutRepository(entry, repository));
  const [first] = near;
  if (first === undefined) return null;
  const example = near.map(({ pattern }) => exampleName(pattern, reference)).find((name) => name !== null);
  const use = example === undefined ? null : allowedName(example, question);
  // Where stars meet braces a pattern may read as if it were about this repository, and admit another one only.
  if (use !== null && repositoryOf(use) !== repository) return null;
  return {
    code: 'tag-differs',
    text: `\`${repository}\` is allowed with other tags only: ${listSome(near.map(({ pattern }) => pattern))}.`,
    ...(use !== null && { suggestion: { text: `For example \`${use}\` would be allowed.`, use } }),
    near: { ...first, isNamed: true },
  };
}

function isAboutRepository({ pattern }: ListedPattern, repository: string): boolean {
  if (!mayMatch(pattern, repository)) return false;
  return (expandBraces(pattern) ?? []).some((plain) => {
    const end = repositoryOf(plain);
    return end !== plain && compilePattern(end)(repository);
  });
}

/** Cheap, for a list of ten thousand: the literal start of a pattern reaches into its tag at most. */
function mayMatch(pattern: string, repository: string): boolean {
  const start = literalStart(pattern);
  return start.startsWith(repository) || repository.startsWith(start);
}

/** A name or plain pattern without tag and digest; the port of a registry stays. */
function repositoryOf(name: string): string {
  const slash = name.lastIndexOf('/', name.includes('@') ? name.indexOf('@') : undefined);
  const end = name.slice(slash + 1).search(/[:@]/);
  return end < 0 ? name : name.slice(0, slash + 1 + end);
}

/** The first few; a repository with more is better looked up in the whole list. */
function listSome(patterns: readonly string[]): string {
  const maxShown = 3;
  const shown = patterns.slice(0, maxShown).map((pattern) => `\`${pattern}\``);
  return patterns.length > maxShown
    ? `${shown.join(', ')} and ${patterns.length - maxShown} more`
    : shown.join(', ');
}

function shortDigest(digest: string): string {
  return `${digest.slice(0, 'sha256:'.length + 8)}…`;
}
