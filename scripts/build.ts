// Builds dist/: the launcher, and the program as ESM bundles, split so that each command loads only what it needs.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleBrowserScript } from './build-help-page.ts';
import { bundleProgram } from './bundles.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
const fresh = mkdtempSync(join(dirname(out), '.build-'));
chmodSync(fresh, 0o755);

await bundleProgram(join(fresh, 'lib'));
await bundleBrowserScript(join(fresh, 'lib', 'help-page.js'));
copyFileSync('scripts/launcher/start.mjs', join(fresh, 'lib', 'start.mjs'));
copyFileSync('scripts/launcher/gitlab-pod-executor', join(fresh, 'gitlab-pod-executor'));
copyFileSync('LICENSE', join(fresh, 'LICENSE'));
chmodSync(join(fresh, 'gitlab-pod-executor'), 0o755);
replace(fresh, out);
console.log(`built ${values.out}/gitlab-pod-executor`);

/** A runner may be starting stages while we build: it sees the old folder or the new one, for all but an instant. */
function replace(from: string, to: string): void {
  const old = `${from}-old`;
  if (existsSync(to)) renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
