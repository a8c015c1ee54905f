// `environment:` of a job, as the variables that its scripts see (GitLab: app/models/environment.rb, lib/gitlab/slug).
import { createHash } from 'node:crypto';
import type { Variable } from '../runner/variables.ts';
import { fillVariables } from './expand-all.ts';
import { isSettings, type Settings, textOf } from './settings.ts';

export function environmentVariables(written: unknown, known: readonly Variable[]): readonly Variable[] {
  if (written === undefined || written === null) return [];
  const environment: Settings = isSettings(written) ? written : { name: written };
  const name = fillVariables(textOf(environment['name']), known);
  const { url, action = 'start', deployment_tier: tier = guessTier(name) } = environment;
  return [
    variable('CI_ENVIRONMENT_NAME', name),
    variable('CI_ENVIRONMENT_SLUG', slugOf(name)),
    variable('CI_ENVIRONMENT_ACTION', textOf(action)),
    variable('CI_ENVIRONMENT_TIER', textOf(tier)),
    ...(url === undefined ? [] : [variable('CI_ENVIRONMENT_URL', textOf(url))]),
  ];
}

const variable = (key: string, value: string): Variable => ({ key, value, public: true });

const tiers: readonly (readonly [RegExp, string])[] = [
  [/dev|review|trunk/i, 'development'],
  [/test|tst|int|ac(?:ce|)pt|qa|qc|control|quality/i, 'testing'],
  [/st(?:a|)g|mod(?:e|)l|pre|demo|non/i, 'staging'],
  [/pr(?:o|)d|live/i, 'production'],
];

function guessTier(name: string): string {
  return tiers.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

/** Longer ones are cut, so that with the end of a hash they fit. */
const maxSlug = 24;
const keptOfSlug = 17;

/** A name that is no slug itself gets the end of its hash, so that two names stay two. */
function slugOf(name: string): string {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
  const slug = (/^[a-z]/.test(plain) ? plain : `env-${plain}`).replaceAll(/-+/g, '-');
  if (slug.length <= maxSlug && slug === name) return slug.replace(/-$/, '');
  const kept = slug.slice(0, keptOfSlug).replace(/(?<!-)$/, '-');
  const hash = BigInt(`0x${createHash('sha256').update(name).digest('hex')}`);
  return `${kept}${hash.toString(36).slice(-6)}`;
}
