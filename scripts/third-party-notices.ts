// The licences of what is bundled into the program: whoever passes it on has to pass them on too.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Bundles } from './bundles.ts';

const insidePackage = /^(.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//;
const licenceFile = /^(licen[cs]e|copying)(\.|$)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Folders of the npm packages of which something is in the bundles, sorted. */
export function bundledPackages({ main, own }: Bundles): readonly string[] {
  const inputs = [main, own].flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.flatMap((input) => insidePackage.exec(input)?.[1] ?? []);
  return [...new Set(folders)].map((folder) => resolve(folder)).sort(byPackageName);
}

/** @throws when a package has neither a licence's text nor its name */
export function thirdPartyNotices(bundles: Bundles): string {
  const notices = bundledPackages(bundles).map((folder) => {
    const { name, version, license } = readManifest(folder);
    const file = readdirSync(folder).find((entry) => licenceFile.test(entry));
    if (file === undefined && license === undefined) throw new Error(`${name} ${version} names no licence`);
    const text = file === undefined ? `License: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version}\n\n${text}\n`;
  });
  return ['The program contains these packages of the npm registry.\n', ...notices].join(`\n${rule}\n\n`);
}

const rule = '-'.repeat(80);

/** Package URLs of the packages that a THIRD-PARTY-NOTICES names (https://github.com/package-url/purl-spec). */
export function noticedPackages(notices: string): readonly string[] {
  const headings = notices.split(`\n${rule}\n\n`).slice(1);
  return headings.map((notice) => {
    const [name = '', version = ''] = (notice.split('\n')[0] ?? '').split(' ');
    return `pkg:npm/${name.replace('@', '%40')}@${version}`;
  });
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function byPackageName(one: string, other: string): number {
  const [left, right] = [one, other].map((folder) => folder.slice(folder.lastIndexOf('node_modules/')));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
