import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../../src/ci-file/ci-document.ts';
import { createUnresolvedList } from '../../../src/ci-file/unresolved-list.ts';
import { findJobs } from '../../../src/ci-file/values/job-layers.ts';

function jobsOf(text: string) {
  const document = readCiDocument(text, 'ci.yml');
  return findJobs([{ document, node: document.root }], createUnresolvedList());
}

describe('findJobs', () => {
  it('finds jobs, and templates that nobody extends', () => {
    const jobs = jobsOf(
      'stages: []\n.used: {}\n.unused: {}\na: {extends: .used}\nb: text\nc: {trigger: x}\n',
    );

    expect(jobs.map(({ name, isTrigger }) => [name, isTrigger])).toEqual([
      ['.unused', false],
      ['a', false],
      ['c', true],
    ]);
  });

  it('stacks a job on its templates, the last named one first, each once', () => {
    const [job] = jobsOf(
      '.t: {n: 1}\n.u: {extends: .t, n: 2}\n.v: {extends: .t, n: 3}\na: {extends: [.u, .v], n: 4}\n',
    );

    expect(job?.layers.map(({ document, node }) => document.placeOf(node).line)).toEqual([4, 3, 1, 2]);
  });
});
