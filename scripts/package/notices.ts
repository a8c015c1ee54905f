// Whose work is in a package beside our own, and under which licence.
import type { DebianOrigin, NodeParts } from './node-parts.ts';

const aboutNode = ({ version }: Pick<NodeParts, 'version'>): string =>
  `Node.js ${version}: Copyright Node.js contributors, MIT licence. Its full text, and the licences of
what Node.js itself contains: https://github.com/nodejs/node/blob/v${version}/LICENSE`;

/** In the form that Debian asks for (DEP 5). */
export function debianCopyright(node: Pick<NodeParts, 'version'>): string {
  const indented = aboutNode(node).replace(/^/gm, ' ');
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: gitlab-pod-executor
Comment:
${indented}
 .
 The npm packages in /opt/gitlab-pod-executor/lib: their licences are in
 /opt/gitlab-pod-executor/THIRD-PARTY-NOTICES.

Files: *
Copyright: the authors of gitlab-pod-executor
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.
`;
}

/** What an image has to say of the programs and libraries of Debian in it; their own notices lie beside this text. */
export function imageNotice(node: Pick<NodeParts, 'version'>, origins: readonly DebianOrigin[]): string {
  const rows = origins.map(({ name, version }) => `  ${name} ${version}: LICENSES/${name}`).join('\n');
  return `${aboutNode(node)}

From Debian, unchanged, with the notice of each; the source of each version is at https://snapshot.debian.org:
${rows}

The npm packages of the program: THIRD-PARTY-NOTICES.
`;
}
