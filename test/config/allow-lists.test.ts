// The shipped lists are real ones, with their real gaps: what docs/allow-lists.md says of them is found here.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/admission/evaluate.ts';
import { lintPolicy } from '../../src/admission/lint/lint-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const files = globSync('config/allow-lists/*.yaml').sort();
const docs = readFileSync('docs/allow-lists.md', 'utf8');

function load(file: string) {
  return readPolicy({ text: readFileSync(file, 'utf8'), file });
}

describe.each(files)('%s', (file) => {
  const { policy, notes } = load(file);
  const findings = lintPolicy(policy);

  it('loads without a note', () => expect(notes).toEqual([]));

  it('allows no more than it seems to', () => {
    expect(findings.filter(({ severity }) => severity !== 'gap' && severity !== 'remark')).toEqual([]);
  });

  it('has the gaps that the documentation names', () => {
    expect(findings.length).toBeGreaterThan(0);
    for (const { about } of findings) expect(docs).toContain(`\`${about}\``);
  });
});

describe('the list of the question that all this began with', () => {
  const { policy } = load('config/allow-lists/wikimedia.yaml');
  const verdictOn = (name: string) => evaluate({ policy, name, kind: 'image', project: null });

  it.each([
    ['hashicorp/terraform', 'no-match'],
    ['docker-registry.wikimedia.org/releng/node20:20.1.0', 'depth'],
    ['debian', 'tag-missing'],
    ['docker-registry.wikimedia.org.evil.example/x:1', 'look-alike'],
  ])('the list rejects %s: %s', (name, code) =>
    expect(verdictOn(name)).toMatchObject({ allowed: false, reason: { code } }),
  );

  it.each([
    'docker-registry.wikimedia.org/python3-build-bookworm',
    'rustlang/rust:nightly',
    'centos/centos:7',
  ])('the list allows %s', (name) => expect(verdictOn(name).allowed).toBe(true));
});
