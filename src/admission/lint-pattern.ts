// What is risky, or less than it seems, about one pattern of an allow-list. Each check is a mistake that somebody's real
// list has made.
import { expandBraces } from '../policy/expand-braces.ts';
import { exampleName } from './example-name.ts';
import { compilePattern } from './match-pattern.ts';
import { parseImageReference } from './parse-image-reference.ts';

/** `risk`: it allows more than it seems to. `gap`: it allows less. `clutter`: it changes nothing. */
export type Severity = 'risk' | 'gap' | 'clutter';

export interface PatternFinding {
  readonly severity: Severity;
  /** A clause that follows the pattern. */
  readonly message: string;
}

type Lint = (pattern: string) => PatternFinding | null;

const lints: readonly Lint[] = [
  lintEverything,
  lintGluedHost,
  lintHostInside,
  lintAnyRegistry,
  lintSubdomains,
  lintHubSpelling,
  lintShallow,
  lintGluedGlobstar,
  lintDead,
];

/** Of several things that are wrong with a pattern the first is told: it explains the others. */
export function lintPattern(pattern: string): PatternFinding | null {
  for (const lint of lints) {
    const finding = lint(pattern);
    if (finding !== null) return finding;
  }
  return null;
}

function lintEverything(pattern: string): PatternFinding | null {
  const matches = compilePattern(pattern);
  if (!['x', 'x/y/z', 'x.test/y:1'].every(matches)) return null;
  return risk('allows every image of every registry');
}

// `registry.example.org*/**` also matches `registry.example.org.evil.test/x`.
function lintGluedHost(pattern: string): PatternFinding | null {
  const [first = '', ...rest] = pattern.split('/');
  const host = /^[\w-]+(?:\.[\w-]+)+(?=[*?[{])/.exec(first)?.[0];
  if (host === undefined) return null;
  if (rest.length === 0)
    return gap(`ends in its first part, and so allows nothing of the registry ${host}; write ${host}/**`);
  const lookAlike = `${host}.evil.test`;
  if (!compilePattern(first)(lookAlike)) return null;
  return risk(
    `also allows the registry ${lookAlike}, which is anybody's; write ${[host, ...rest].join('/')}`,
  );
}

/** A host after a wildcard is a folder of anybody's registry. */
function lintHostInside(pattern: string): PatternFinding | null {
  const parts = pattern.split('/');
  const at = parts.findIndex((part, index) => index > 0 && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(part));
  if (at < 0 || at === parts.length - 1 || !parts.slice(0, at).some((part) => /^\*+$/.test(part)))
    return null;
  const host = parts[at] ?? '';
  return risk(`also allows evil.test/${host}/…, which is anybody's; write ${parts.slice(at).join('/')}`);
}

function lintAnyRegistry(pattern: string): PatternFinding | null {
  const [first = '', ...rest] = pattern.split('/');
  if (rest.length === 0 || !/^\*+$/.test(first)) return null;
  const parts = rest.length === 1 ? 'any registry or group' : 'any registry';
  return risk(`starts with a wildcard, so it allows ${parts}, such as ${anyRegistryExample(pattern)}`);
}

function anyRegistryExample(pattern: string): string {
  const evil = parseImageReference('evil.test/x').reference;
  const rest = pattern.slice(pattern.indexOf('/') + 1);
  return `evil.test/${evil === undefined ? 'x' : (exampleName(rest, evil) ?? 'x')}`;
}

function lintSubdomains(pattern: string): PatternFinding | null {
  const [first = '', ...rest] = pattern.split('/');
  if (rest.length === 0 || !/^\*+\.[\w.-]+/.test(first)) return null;
  return risk(`trusts every host under ${first.replace(/^\*+\./, '')}, whoever may create one`);
}

/** `registry/*` does not reach `registry/a/b`. */
function lintShallow(pattern: string): PatternFinding | null {
  if (!/^[^*?[{]+\/\*(:\*)?$/.test(pattern)) return null;
  const folder = pattern.slice(0, pattern.lastIndexOf('/'));
  const isHost = /[.:]/.test(folder);
  const suffix = pattern.endsWith(':*') ? '/**/*:*' : '/**';
  if (!isHost) return null;
  return gap(
    `does not reach ${folder}/group/name, because \`*\` stands for one part; write ${folder}${suffix} if it should`,
  );
}

function lintGluedGlobstar(pattern: string): PatternFinding | null {
  const glued = pattern.split('/').find((part) => part.includes('**') && part !== '**');
  if (glued === undefined) return null;
  return gap(
    `has \`${glued}\`, where \`**\` is no more than \`*\`: it crosses a \`/\` only when it is alone between slashes`,
  );
}

function lintHubSpelling(pattern: string): PatternFinding | null {
  return /^(index\.)?docker\.io\//.test(pattern) ? gap(hubSpellingGap) : null;
}

/** No gap where names are compared by their meaning. */
export const hubSpellingGap =
  'does not match the short names that authors write, such as `python:3`; add those, or set image_matching: canonical';

function lintDead(pattern: string): PatternFinding | null {
  const name = parseImageReference('name').reference;
  const alternatives = expandBraces(pattern) ?? [];
  if (name === undefined || alternatives.some((plain) => exampleName(plain, name) !== null)) return null;
  return { severity: 'clutter', message: 'seems to match no valid image name; is it misspelt?' };
}

function risk(message: string): PatternFinding {
  return { severity: 'risk', message };
}

function gap(message: string): PatternFinding {
  return { severity: 'gap', message };
}
