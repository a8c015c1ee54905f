// An import of a text, for tests.
import { type Imported, importConfig } from '../../src/import-config/import-config.ts';
import type { KeyEntry } from '../../src/import-config/take-section.ts';
import { checkPodPolicy } from '../../src/pod/check-pod-policy.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

export function importText(text: string, rest: { runner?: string; namespace?: string } = {}): Imported {
  const places = { executable: '/opt/executor', policyFile: '/etc/policy.yaml' };
  return importConfig({ text, file: 'config.toml', ...places, ...rest });
}

/** A runner with the Kubernetes executor, whose section these lines are. */
export const kubernetes = (...lines: string[]): string =>
  ['[[runners]]', 'name = "a"', 'executor = "kubernetes"', '[runners.kubernetes]', ...lines].join('\n');

export const docker = (...lines: string[]): string =>
  ['[[runners]]', 'name = "a"', 'executor = "docker"', '[runners.docker]', ...lines].join('\n');

export const policyOf = ({ policy }: Pick<Imported, 'policy'>): Policy =>
  readPolicy({ text: policy, file: 'policy.yaml', checks: [checkPodPolicy] }).policy;

export function entryOf({ entries }: Pick<Imported, 'entries'>, key: string): KeyEntry | undefined {
  return entries.find((entry) => entry.key === key);
}

/** What keeps a text from being imported, line by line. */
export function mistakesOf(text: string, rest: { runner?: string; namespace?: string } = {}): string[] {
  try {
    importText(text, rest);
    return [];
  } catch (failure) {
    return (failure as Error).message.split('\n').slice(1);
  }
}
