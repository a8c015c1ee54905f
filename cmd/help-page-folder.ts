// The help page's place on disk: where its script and style come from, and how a page gets into its folder whole.
import {
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
import { readTextFile } from '../src/files/read-file-to-end.ts';
import { type HelpPageFiles, helpPageFiles, pageMark } from '../src/help-page/render-help-page.ts';
import { SystemFailure } from '../src/outcome/system-failure.ts';

/** Beside the bundled program, or in dist/ when the sources are run as they are. */
const assetFolders = [import.meta.dirname, join(import.meta.dirname, '../dist/lib')];

/** @throws SystemFailure when the program was not built or copied whole. */
export function readBundledAssets(): { readonly browserScript: string; readonly stylesheet: string } {
  const folder = assetFolders.find((each) => existsSync(join(each, 'help-page.js')));
  if (folder === undefined) {
    throw new SystemFailure('help-page', {
      what: `Cannot make the help page: its script help-page.js is in none of ${assetFolders.join(', ')}.`,
      author: 'Run `npm run build`, or copy all of dist/ to where the program is installed.',
    });
  }
  return {
    browserScript: readFileSync(join(folder, 'help-page.js'), 'utf8'),
    stylesheet: readFileSync(join(folder, 'help-page.css'), 'utf8'),
  };
}

/**
 * Each file appears whole or not at all, the page last: whoever opens it has script and style of its own making or newer.
 * @throws SystemFailure when the folder holds other things, or cannot be written.
 */
export function writeHelpPage(out: string, files: HelpPageFiles): void {
  try {
    makeFolder(resolve(out));
    refuseOtherThings(out);
    replaceFiles(out, files);
  } catch (cause) {
    if (cause instanceof SystemFailure) throw cause;
    throw new SystemFailure(
      'help-page',
      {
        what: `Cannot write the help page to ${resolve(out)}: ${(cause as Error).message}.`,
        author: 'Give a folder that you may write with --out.',
      },
      { cause },
    );
  }
}

/** One step after the other: mkdirSync's own `recursive` never ends where a folder is there and takes none (/proc). */
function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let each = folder; !existsSync(each) && each !== dirname(each); each = dirname(each))
    missing.push(each);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Somebody was quicker; whether it is a folder is seen when it is looked into.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function refuseOtherThings(out: string): void {
  const others = readdirSync(out).filter((name) => !name.startsWith(freshPrefix));
  const [first] = others;
  if (first === undefined || isHelpPage(join(out, 'index.html'))) return;
  const rest = others.length > 1 ? ` and ${others.length - 1} more` : '';
  throw new SystemFailure('help-page', {
    what: `Cannot write the help page to ${resolve(out)}: there is "${first}"${rest}, and no help page. Nothing was changed.`,
    author: 'Give an empty or a new folder with --out.',
  });
}

/** Larger than the page of the largest policy; the mark stands in its head anyway. */
const maxPageBytes = 64 * 1024 * 1024;

function isHelpPage(file: string): boolean {
  return existsSync(file) && readTextFile(file, maxPageBytes).includes(pageMark.markup);
}

/** Hidden, so that web servers do not list what an interrupted run may leave. */
const freshPrefix = '.help-page-';

function replaceFiles(out: string, files: HelpPageFiles): void {
  const fresh = mkdtempSync(join(out, freshPrefix));
  try {
    for (const name of helpPageFiles) {
      writeFileSync(join(fresh, name), files[name], { flush: true });
    }
    for (const name of helpPageFiles.toReversed()) renameSync(join(fresh, name), join(out, name));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
