// An SBOM for each package: npm's own list of what is installed for the program, and what a package brings besides.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './checksums.ts';
import type { Content, MadePackage, Packing } from './packing.ts';
import { runTool } from './run-tool.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly purl: string;
}

export interface CycloneDx {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** Writes `FILE.cdx.json`, CycloneDX 1.5. */
export function writeSbom(bom: CycloneDx, { file, contents }: MadePackage, { folder, date }: Packing): void {
  const packageHash = sha256(readFileSync(join(folder, file)));
  const made = {
    ...bom,
    // npm draws one at random: the same package has the same.
    serialNumber: `urn:uuid:${uuidOf(packageHash)}`,
    metadata: {
      ...bom.metadata,
      timestamp: new Date(date * 1000).toISOString(),
      component: {
        ...bom.metadata.component,
        // npm calls it by the folder that it was called in.
        ...{ type: 'application', name: 'gitlab-pod-executor' },
        hashes: [{ alg: 'SHA-256', content: packageHash }],
        properties: [{ name: 'gitlab-pod-executor:file', value: file }],
      },
    },
    components: [...bom.components, ...contents.map(componentOf)],
  };
  writeFileSync(join(folder, `${file}.cdx.json`), `${JSON.stringify(made, null, 2)}\n`);
}

/**
 * @param isIn by package URL: is it in the program? npm's own `--omit=dev` leaves out what a tool of the build needs as well, and
 * keeps the workspaces of the tests.
 */
export function npmSbom(isIn: (purl: string) => boolean): CycloneDx {
  const words = ['npm', 'sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--offline'];
  const bom = JSON.parse(runTool(words, { debianPackage: 'npm' })) as CycloneDx;
  const components = bom.components.filter(({ purl }) => isIn(purl));
  const root = bom.metadata.component['bom-ref'];
  const known = new Set([root, ...components.map((component) => component['bom-ref'])]);
  const dependencies = bom.dependencies.filter(({ ref }) => known.has(ref));
  const scope = 'required';
  return {
    ...bom,
    // For npm what the build's tools need too is optional.
    components: components.map((component) => ({ ...component, scope, properties: [] })),
    dependencies: dependencies.map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.filter((each) => known.has(each)),
    })),
  };
}

function componentOf({ name, version, purl, sha256: hash }: Content): Readonly<Record<string, unknown>> {
  return {
    ...{ 'bom-ref': purl, type: 'application', name, version, purl },
    ...(hash !== undefined && { hashes: [{ alg: 'SHA-256', content: hash }] }),
  };
}

/** Version 8: of our own making (RFC 9562). */
function uuidOf(hash: string): string {
  const [a, b, c, d, e] = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return [a, b, c, d, e].join('-');
}
