// Builds dist/: the launcher, and the program as ESM bundles, split so that each command loads only what it needs.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../cmd/version.ts';
import { configure } from '../src/stage/configure.ts';
import { bundleBrowserScript } from './build-help-page.ts';
import { bundleProgram } from './bundles.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

/** Hexadecimal digits: no two builds of one machine share them. */
const buildIdLength = 16;

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
const fresh = mkdtempSync(join(dirname(out), '.build-'));
chmodSync(fresh, 0o755);

const bundles = await bundleProgram(join(fresh, 'lib'));
await bundleBrowserScript(join(fresh, 'lib', 'help-page.js'));
copyFileSync('scripts/launcher/start.mjs', join(fresh, 'lib', 'start.mjs'));
writeFileSync(join(fresh, 'lib', 'config.json'), configure(version));
writeLauncher();
copyFileSync('LICENSE', join(fresh, 'LICENSE'));
writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(bundles));
chmodSync(join(fresh, 'gitlab-pod-executor'), 0o755);
replace(fresh, out);
console.log(`built ${values.out}/gitlab-pod-executor`);

/** It looks for residents of this very build. */
function writeLauncher(): void {
  const lib = join(fresh, 'lib');
  const hash = createHash('sha256');
  for (const name of readdirSync(lib).sort()) hash.update(name).update(readFileSync(join(lib, name)));
  const launcher = readFileSync('scripts/launcher/gitlab-pod-executor', 'utf8');
  const buildId = hash.update(launcher).digest('hex').slice(0, buildIdLength);
  writeFileSync(join(lib, 'build-id'), `${buildId}\n`);
  writeFileSync(join(fresh, 'gitlab-pod-executor'), launcher.replace('@build@', buildId));
}

/** A runner may be starting stages while we build: it sees the old folder or the new one, for all but an instant. */
function replace(from: string, to: string): void {
  const old = `${from}-old`;
  if (existsSync(to)) renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
