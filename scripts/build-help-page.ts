// Bundles the help page's script for browsers, and its style sheet, which the help-page command copies beside each page it makes.
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const browserFolder = join(root, 'src/help-page/browser');

/** Browsers of 2024 and later; all have what the style sheet uses too. */
const browsers = ['chrome120', 'firefox121', 'safari17.2'];

/** Writes `outfile`, a classic script (module scripts do not load from file:), and the style sheet of the same name beside it. */
export async function bundleBrowserScript(outfile: string): Promise<void> {
  const name = basename(outfile, '.js');
  const script = {
    entryPoints: [{ in: join(browserFolder, 'main.ts'), out: name }],
    format: 'iife' as const,
    platform: 'browser' as const,
    banner: { js: '/* gitlab-pod-executor, Apache-2.0 */' },
  } satisfies BuildOptions;
  const style = { entryPoints: [{ in: join(browserFolder, 'help-page.css'), out: name }] };
  await bundle({ ...script, outdir: dirname(outfile) });
  await bundle({ ...style, outdir: dirname(outfile) });
}

/** @throws when a package of others would come along: whoever publishes the page would have to hand on its licence. */
async function bundle(options: BuildOptions): Promise<void> {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    charset: 'utf8',
    target: browsers,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  const foreign = Object.keys(metafile.inputs).find((file) => file.includes('node_modules/'));
  if (foreign !== undefined) throw new Error(`the help page would contain ${foreign}, and not its licence`);
}
