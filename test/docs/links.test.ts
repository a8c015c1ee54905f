import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isThere, readDocuments, root } from './documents.ts';

/** `[text](target)`, but for targets elsewhere in the world. */
const link = /\]\((?!\w+:)([^)\s]+)\)/g;

/** A heading's anchor as GitLab and GitHub make it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(path: string): readonly string[] {
  const text = readFileSync(join(root, path), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

describe.each(readDocuments())('$path', ({ path, text }) => {
  it('the page links only to what is there', () => {
    const dead = [...text.matchAll(link)].filter(([, target = '']) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? path : normalize(join(dirname(path), file));
      return !isThere(linked) || (anchor !== undefined && !anchorsOf(linked).includes(anchor));
    });

    expect(dead.map(([whole]) => whole)).toEqual([]);
  });

  it('the page names only files of the repository that are there', () => {
    const named = [...text.matchAll(/`((?:cmd|config|docs|scripts|src|test)\/[\w./-]+)`/g)];

    expect(named.map(([, file = '']) => file).filter((file) => !isThere(file))).toEqual([]);
  });
});
