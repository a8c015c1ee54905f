// Bundles the help page's script for browsers, and its style sheet, which the help-page command copies beside each page it makes.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { readManifest } from './third-party-notices.ts';

const root = join(import.meta.dirname, '..');
const browserFolder = join(root, 'src/help-page/browser');

/** Browsers of 2024 and later; all have what the style sheet uses too. */
const browsers = ['chrome120', 'firefox121', 'safari17.2'];

/** Writes `outfile`, a classic script (module scripts do not load from file:), and the style sheet of the same name beside it. */
export async function bundleBrowserScript(outfile: string): Promise<void> {
  const name = basename(outfile, '.js');
  const notices = ownLicence + packages.map(licenceOf).join('');
  const script = {
    entryPoints: [{ in: join(browserFolder, 'main.ts'), out: name }],
    format: 'iife' as const,
    platform: 'browser' as const,
    banner: { js: notices },
  } satisfies BuildOptions;
  const style = { entryPoints: [{ in: join(browserFolder, 'help-page.css'), out: name }] };
  await bundle({ ...script, outdir: dirname(outfile) });
  await bundle({ ...style, outdir: dirname(outfile) });
}

/** What of others is in the script. Its licence goes with it: whoever publishes the page hands both on. */
const packages = ['yaml'];
const ownLicence = '/* gitlab-pod-executor, Apache-2.0 */\n';

function licenceOf(name: string): string {
  const folder = join(root, 'node_modules', name);
  const { version, license } = readManifest(folder);
  const text = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
  if (text.includes('*/')) throw new Error(`the licence of ${name} would end its comment`);
  return `/* ${name} ${version}, ${license ?? ''}\n${text} */\n`;
}

/** @throws when a package comes along that nobody decided on: each has a licence, and a weight in every reader's browser. */
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
  const foreign = Object.keys(metafile.inputs).find(
    (file) =>
      file.includes('node_modules/') && !packages.some((name) => file.includes(`node_modules/${name}/`)),
  );
  if (foreign !== undefined) throw new Error(`the help page would contain ${foreign}, and not its licence`);
}
