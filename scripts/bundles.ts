// The program as ESM bundles, split so that each command loads only what it needs.
import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

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

/**
 * Bundled apart, each into one file: `run`, about ten processes a job, because its twenty chunks take longer to find than to
 * read; `config`, with which each job starts; and what they hardly ever need. A class of ours in one of these is not the class of the others, and `instanceof` would fail:
 * test/scripts/bundles.test.ts holds that none that is tested so is in two bundles which meet in one process.
 */
const ownBundles: Readonly<Record<string, string>> = {
  run: 'cmd/run.ts',
  config: 'cmd/config.ts',
  'parse-yaml': 'src/cluster/kubernetes/kubeconfig/parse-yaml.ts',
  proxy: 'src/cluster/kubernetes/proxy/proxy.ts',
  socks: 'socks',
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

const shared: BuildOptions & { metafile: true } = {
  metafile: true,
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
export interface Bundles {
  /** Split into chunks that load each other. */
  readonly main: Metafile;
  /** One file each. */
  readonly own: Metafile;
}

/** Writes into `outdir`. */
export async function bundleProgram(outdir: string): Promise<Bundles> {
  const { metafile: main } = await build({
    ...shared,
    outdir,
    entryPoints: { main: 'cmd/main.ts' },
    splitting: true,
    // Who reads a policy has the YAML parser already.
    plugins: [elsewhere(Object.keys(ownBundles).filter((name) => name !== 'parse-yaml')), builtinsOnDemand],
  });
  const { metafile: own } = await build({
    ...shared,
    outdir,
    entryPoints: ownBundles,
    plugins: [elsewhere(Object.keys(ownBundles)), builtinsOnDemand],
  });
  return { main, own };
}
