// Policies that were read, for as long as their files stay the same.
import { fileVersion } from '../../src/files/file-version.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { readPolicyFile } from '../policy-file.ts';

/** One runner has a handful. */
const maxPolicies = 64;

/** @returns a reader that looks at the file each time, and reads it when it is another one */
export function keepPolicies(): (path: string) => Policy {
  const kept = new Map<string, { readonly version: string; readonly policy: Policy }>();
  return (path) => {
    const version = fileVersion(path);
    const found = kept.get(path);
    if (found && version !== null && found.version === version) return found.policy;
    const { policy } = readPolicyFile(path);
    // A file that changed meanwhile would be kept under the wrong version.
    if (version !== null && fileVersion(path) === version) {
      if (kept.size >= maxPolicies) kept.clear();
      kept.set(path, { version, policy });
    }
    return policy;
  };
}
