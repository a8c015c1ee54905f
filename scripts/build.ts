// Builds dist/: the launcher, and the program as ESM bundles, split so that each command loads only what it needs.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { bundleBrowserScript } from './build-help-page.ts';

/** The oldest Node that is promised; stated again in package.json and in the launcher's entry. */
const oldestNode = 'node22.19';

/** What `ws` asks for at its start and we do without: compression. */
const seldomUsed = ['node:zlib'];

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
      contents: seldomUsed.includes(path)
        ? `module.exports = new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] })`
        : `module.exports = process.getBuiltinModule('${path}')`,
      loader: 'js',
    }));
  },
};

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = resolve(values.out);
mkdirSync(dirname(out), { recursive: true });
const fresh = mkdtempSync(join(dirname(out), '.build-'));
chmodSync(fresh, 0o755);

/**
 * Bundled apart, each into one file: `run`, about ten processes a job, because its twenty chunks take longer to find than to
 * read; and what it hardly ever needs. A class of ours in one of these is not the class of the others: `instanceof` fails.
 */
const ownBundles: Readonly<Record<string, string>> = {
  run: 'cmd/run.ts',
  'parse-yaml': 'src/cluster/kubernetes/kubeconfig/parse-yaml.ts',
  execa: 'execa',
};

/** `import()` of these names is left to their own bundles. */
const elsewhere = (names: readonly string[]): Plugin => ({
  name: 'elsewhere',
  setup(bundle) {
    bundle.onResolve({ filter: /./ }, ({ path, kind }) => {
      const name = basename(path, '.ts');
      return kind === 'dynamic-import' && names.includes(name)
        ? { path: `./${name}.mjs`, external: true }
        : undefined;
    });
  },
});

const shared: BuildOptions = {
  outdir: join(fresh, 'lib'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: oldestNode,
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // `ws` looks for these two native add-ons and does without them.
  external: ['bufferutil', 'utf-8-validate'],
};
await build({
  ...shared,
  entryPoints: { main: 'cmd/main.ts' },
  splitting: true,
  // Who reads a policy has the YAML parser already.
  plugins: [elsewhere(Object.keys(ownBundles).filter((name) => name !== 'parse-yaml')), builtinsOnDemand],
});
await build({
  ...shared,
  entryPoints: ownBundles,
  plugins: [elsewhere(Object.keys(ownBundles)), builtinsOnDemand],
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
