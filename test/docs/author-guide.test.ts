// What the author guide says has no effect, and what the executor says.
import { expect, it } from 'vitest';
import { overwriteGroups } from '../../src/plan/overwrites/describe-untaken.ts';
import { readDocuments } from './documents.ts';

it('names each variable of the Kubernetes executor that has no effect, and no other', () => {
  const guide = readDocuments().find(({ path }) => path === 'docs/author-guide.md')?.text ?? '';
  const section = /^## What has no effect$(.*?)^## /ms.exec(guide)?.[1] ?? '';
  const named = [...section.matchAll(/`(KUBERNETES_\w+)…?`/g)].map(([, name]) => name);

  expect(named.sort()).toEqual(
    overwriteGroups.flatMap(({ names, prefixes }) => [...names, ...prefixes]).sort(),
  );
});
