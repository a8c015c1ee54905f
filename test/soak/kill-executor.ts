// SIGKILL to whatever stage of one job runs at this moment.
import { readdirSync, readFileSync } from 'node:fs';

/** @param policyFile the job's own: each of its stages has that name in its environment, and no other job's has */
export function killExecutor(policyFile: string): void {
  const mark = `GITLAB_POD_EXECUTOR_POLICY=${policyFile}`;
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
      if (environment.includes(mark)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // Gone meanwhile, or not ours to look at.
    }
}
