// Makes the packages of this version: an npm tarball, a Debian package and an OCI image, each with an SBOM, and SHA256SUMS.
// The same commit gives the same bytes, and the network is not asked: docs/releasing.md.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { version } from '../cmd/version.ts';
import { writeChecksums } from './package/checksums.ts';
import { packDebian } from './package/debian-package.ts';
import { findNodeParts } from './package/node-parts.ts';
import { packNpm } from './package/npm-package.ts';
import { packImage } from './package/oci-image.ts';
import { fillOutputFolder } from './package/output-folder.ts';
import type { Packing } from './package/packing.ts';
import { type CycloneDx, npmSbom, writeSbom } from './package/sbom.ts';
import { sourceDate } from './package/source-date.ts';
import { noticedPackages } from './third-party-notices.ts';

const kinds = ['npm', 'deb', 'oci'] as const;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'packages' },
    only: { type: 'string', multiple: true, default: [...kinds] },
    // Another Node than the one that npm ci brought.
    node: { type: 'string', default: 'node_modules/node/bin/node' },
  },
});
const unknown = values.only.filter((kind) => !(kinds as readonly string[]).includes(kind));
if (unknown.length > 0) fail(`There is no package "${unknown[0]}". There are ${kinds.join(', ')}.`);

try {
  const date = sourceDate();
  process.env['SOURCE_DATE_EPOCH'] = `${date}`;
  fillOutputFolder(values.out, (folder, scratch) => {
    const program = join(scratch, 'program');
    execFileSync(process.execPath, ['scripts/build.ts', '--out', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const packing: Packing = { folder, scratch, program, version, date, node: findNodeParts(values.node) };
    const bundled = noticedPackages(readFileSync(join(program, 'THIRD-PARTY-NOTICES'), 'utf8'));
    const bom = npmSbom((purl) => bundled.includes(purl));
    for (const kind of kinds.filter((each) => values.only.includes(each))) makePackage(kind, packing, bom);
    writeChecksums(folder);
  });
  console.log(`made ${values.out}/: ${values.only.join(', ')}, version ${version}, SHA256SUMS`);
} catch (error) {
  fail((error as Error).message);
}

function makePackage(kind: (typeof kinds)[number], packing: Packing, bom: CycloneDx): void {
  const pack = { npm: packNpm, deb: packDebian, oci: packImage }[kind];
  writeSbom(bom, pack(packing), packing);
}

function fail(why: string): never {
  console.error(`Cannot make packages: ${why}`);
  process.exit(2);
}
