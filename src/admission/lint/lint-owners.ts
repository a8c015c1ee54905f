// Patterns that admit images of somebody whom they do not name, and what to write instead.
import { checkPattern } from '../../policy/pattern/pattern.ts';
import { exampleName } from '../explain/example-name.ts';
import type { ImageReference } from '../image-reference.ts';
import { compilePattern } from '../match/match-pattern.ts';
import { parseImageReference } from '../parse-image-reference.ts';
import { admitsSomeName, findForeignName } from './foreign-name.ts';
import { groupOf, hostOf, isOpenRegistry } from './image-owner.ts';
import { lintReading } from './lint-reading.ts';
import { type PatternFinding, patternRisk, suggestPattern } from './pattern-finding.ts';

export function lintOwners(pattern: string): PatternFinding | null {
  const foreign = findForeignName(pattern);
  if (foreign === null) return null;
  if (['x', 'x/y/z', 'x.test/y:1'].every(compilePattern(pattern)))
    return patternRisk('allows every image of every registry');
  return patternRisk(
    describeHostInside(pattern) ??
      describeAnyRegistry(pattern) ??
      describeSubdomains(pattern) ??
      describeOpenRegistry(pattern, foreign) ??
      describeClass(pattern, foreign) ??
      describeStranger(foreign) + suggestPattern(tightened(pattern)),
  );
}

/** A host after a wildcard is a folder of anybody's registry. */
function describeHostInside(pattern: string): string | null {
  const parts = pattern.split('/');
  const at = parts.findIndex((part, index) => index > 0 && /^[\w-]+(?:\.[\w-]+)+(?::\d+)?$/.test(part));
  if (at < 0 || at === parts.length - 1 || !parts.slice(0, at).some((part) => /^\*+$/.test(part)))
    return null;
  const direct = parts.slice(at).join('/');
  return `also allows evil.test/${parts[at] ?? ''}/…, which is anybody's${suggestPattern(isSound(direct) ? direct : undefined)}`;
}

function describeAnyRegistry(pattern: string): string | null {
  const [first = '', ...rest] = pattern.split('/');
  if (rest.length === 0 || !/^\*+$/.test(first)) return null;
  const evil = parseImageReference('evil.test/x').reference;
  const example = evil === undefined ? null : exampleName(rest.join('/'), evil);
  const places = rest.length === 1 ? 'any registry or group' : 'any registry';
  return `starts with a wildcard, so it allows ${places}, such as evil.test/${example ?? 'x'}`;
}

/** `*.example.org/…`, and any wildcard before a domain of two labels or more. */
function describeSubdomains(pattern: string): string | null {
  const [, before, domain] = /^([^/]*[*?\]])\.((?:[\w-]+\.)*[\w-]+)(?::\d+)?\//.exec(pattern) ?? [];
  if (domain === undefined || (!/^\*+$/.test(before ?? '') && !domain.includes('.'))) return null;
  return `trusts every host under ${domain}, whoever may create one`;
}

/** `quay.io/**`: the registry is named, and says nothing about whose images they are. */
function describeOpenRegistry(pattern: string, foreign: ImageReference): string | null {
  const host = hostOf(foreign);
  const isWhole = pattern.startsWith(`${host}/`) && /^[*?]+(?:\/|$)/.test(pattern.slice(host.length + 1));
  if (!isOpenRegistry(host) || !isWhole) return null;
  return `allows what anybody publishes at ${host}; write ${host}/GROUP/… for each group that you trust`;
}

/** `python[!a-z]*` matches `python/x`: a class is not stopped by a slash. */
function describeClass(pattern: string, foreign: ImageReference): string | null {
  const classes = pattern.match(/(?<!\\)\[[^\]]*\]/g) ?? [];
  const guilty = classes.find((each) => compilePattern(each)('/') && isSound(pattern.replaceAll(each, 'x')));
  if (guilty === undefined) return null;
  return `has \`${guilty}\`, which takes a \`/\` too, and so ${describeStranger(foreign)}; write what may stand there, as in \`[0-9]\``;
}

function describeStranger(foreign: ImageReference): string {
  const host = hostOf(foreign);
  if (!isOpenRegistry(host)) return `also allows the registry ${host}, which is anybody's`;
  const registry = host === 'docker.io' ? 'Docker Hub' : host;
  return `also allows the group ${groupOf(foreign)} of ${registry}, which anybody may register`;
}

/** The wildcards before or in which the owner would stand, with what is before them. */
const openOwners: readonly RegExp[] = [/^([^/*?]*)[*?]+/, /^([^/]*\/[^/*?]*)[*?]+/];

/** Without those wildcards, if that is then sound. */
function tightened(pattern: string): string | undefined {
  const candidates = openOwners.flatMap((openOwner) => {
    const [whole, before = ''] = openOwner.exec(pattern) ?? [];
    // A star in braces is one of several ways to go on.
    // `registry.example.or?` is short of a letter, and not one too long.
    if (whole === undefined || whole.slice(before.length).includes('?')) return [];
    if (before.split('{').length !== before.split('}').length) return [];
    return pattern.includes('/') ? [before + pattern.slice(whole.length)] : [`${before}/**`];
  });
  return candidates.find(isSound);
}

function isSound(pattern: string): boolean {
  return (
    checkPattern(pattern) === null &&
    findForeignName(pattern) === null &&
    admitsSomeName(pattern) &&
    lintReading(pattern)?.severity !== 'risk'
  );
}
