// Bundles the help page's script for browsers, and its style sheet, which the help-page command copies beside each page it makes.
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

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
    banner: {
      js: '/* gitlab-pod-executor, Apache-2.0. The licences of what it contains stand at the end. */',
    },
  } satisfies BuildOptions;
  const style = { entryPoints: [{ in: join(browserFolder, 'help-page.css'), out: name }] };
  const licences = await collectLicences(script);
  await bundle({ ...script, outdir: dirname(outfile), footer: { js: `/*\n${licences}\n*/` } });
  await bundle({ ...style, outdir: dirname(outfile) });
}

async function bundle(options: BuildOptions): Promise<Metafile> {
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
  return metafile;
}

/** Whoever publishes the page hands on these packages with it, and their licences ask to come along. */
async function collectLicences(script: BuildOptions): Promise<string> {
  const { inputs } = await bundle({ ...script, write: false, outdir: root });
  const folders = Object.keys(inputs).map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].map(readLicence).join('\n\n');
}

/** @throws when a package brings none: then it must not be handed on unseen. */
function readLicence(folder: string): string {
  const [file] = globSync('LICENSE*', { cwd: join(root, folder) });
  if (file === undefined)
    throw new Error(`${folder} has no LICENSE file, and the help page would contain it`);
  const text = readFileSync(join(root, folder, file), 'utf8')
    .trim()
    .replaceAll('*/', '* /');
  return `== ${folder.replace(/^.*node_modules\//, '')} ==\n\n${text}`;
}
