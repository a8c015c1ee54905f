// Builds dist/: the launcher, and the program as an ESM bundle split so that each command loads only what it needs.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { bundleBrowserScript } from './build-help-page.ts';

/** The oldest Node that client-node's undici runs on; stated again in the launcher's entry. */
const oldestNode = 'node22.19';

/**
 * A static import of a builtin makes Node read each of its exports, lazy ones included: 22 ms for node:http alone.
 * process.getBuiltinModule hands over the module as it is.
 */
const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup(bundle) {
    const names = builtinModules
      .filter((name) => !name.startsWith('_'))
      .map((name) => name.replace(/^node:/, ''));
    const filter = new RegExp(`^(node:)?(${names.map((name) => name.replace(/\//g, '\\/')).join('|')})$`);
    bundle.onResolve({ filter }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'builtin',
    }));
    bundle.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
      loader: 'js',
    }));
  },
};

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
const fresh = mkdtempSync(join(dirname(out), '.build-'));
chmodSync(fresh, 0o755);

await build({
  entryPoints: { main: 'cmd/main.ts' },
  outdir: join(fresh, 'lib'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: oldestNode,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // `ws` looks for these two native add-ons and does without them.
  external: ['bufferutil', 'utf-8-validate'],
  plugins: [builtinsOnDemand],
});
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
