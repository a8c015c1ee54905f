import { describe, expect, it } from 'vitest';
import { createEvaluator, type ImageKind } from '../../src/admission/evaluate.ts';
import { publishPolicy } from '../../src/help-page/published-policy.ts';
import { announce, describeVerdict, type VerdictCard } from '../../src/help-page/verdict-card.ts';
import { examplePolicy } from './example-policy.ts';

describe('an allowed name', () => {
  it('an allowed name comes with its pattern, and why that stands on the list', () => {
    expect(cardOf('python:3.12')).toEqual({
      tone: 'allowed',
      title: 'Allowed as an image',
      name: 'python:3.12',
      understood: 'docker.io/library/python:3.12',
      warning: null,
      reasons: ['`python:*` on the list allows it.', 'Docker official image.'],
      suggestion: null,
      notes: [],
      isWorthAsking: false,
    });
  });

  it('an allowed name is shown once when it is already in full', () => {
    expect(cardOf('docker-registry.example.org/x:1').understood).toBeNull();
  });

  it('an allowed name may be the default image', () => {
    expect(cardOf('docker-registry.example.org/bookworm:20261101', 'service').tone).toBe('allowed');
  });
});

describe('a refused name', () => {
  it('a refused name comes with why, what to write, and that some projects may', () => {
    const card = cardOf('python');
    expect(card).toMatchObject({ tone: 'rejected', title: 'Not allowed as an image', isWorthAsking: true });
    expect(card.reasons).toEqual(['`python` has no tag, and `python:*` needs one.']);
    expect(card.suggestion?.use).toBe('python:latest');
    expect(card.notes.join()).toContain('Some projects may use more');
  });

  it('a refused name comes with the nearest name to copy, its pattern and the reason for that', () => {
    const { suggestion, notes } = cardOf('registry.gitlab.com/other/tool:1');

    expect(suggestion).toEqual({
      text: 'Perhaps `registry.gitlab.com/gitlab-org/tool:1` is meant, if there is such an image.',
      use: 'registry.gitlab.com/gitlab-org/tool:1',
    });
    expect(notes[0]).toMatch(
      /^The nearest on the list is `registry\.gitlab\.com\/gitlab-org\/\*\*`\. GitLab’s own/,
    );
  });

  it('a refused name is not to be asked for when the operators offer another', () => {
    expect(cardOf('node:20')).toMatchObject({
      tone: 'rejected',
      isWorthAsking: false,
      suggestion: { use: 'docker-registry.example.org/node20' },
    });
  });

  it('a refused name comes with whom a rule allows it, where rules are published', () => {
    const name = 'gcr.io/kaniko-project/executor:v1';
    expect(cardOf(name, 'image', { includeRules: true })).toMatchObject({
      tone: 'partly',
      title: 'Not for every project',
      reasons: [
        'It is not on the list for everybody.',
        'It is allowed only in projects `secret-team/*`, and only on protected branches and tags.',
      ],
      notes: [],
    });
    const unlisted = cardOf(name);
    expect(unlisted.tone).toBe('rejected');
    expect(JSON.stringify(unlisted)).not.toContain('secret');
  });
});

describe('an invalid name', () => {
  it('an invalid name is shown without the characters that would change the page', () => {
    const card = cardOf('a\u202eb\u0000c\nd');
    expect(card).toMatchObject({ title: 'Not a valid name', understood: null, isWorthAsking: false });
    expect(card.name).toBe('a?b?c d');
  });

  it('an invalid name is shortened in the middle', () => {
    const { name } = cardOf(`start${'x'.repeat(1000)}end`);
    expect(name).toMatch(/^startx+ … x+end \(1008 characters\)$/);
    expect(name.length).toBeLessThan(330);
  });

  it('an invalid name stays short whatever its size', () => {
    expect(cardOf('x'.repeat(1_000_000)).name.length).toBeLessThan(400);
  });
});

describe('a link from a job log', () => {
  it('the card warns when the job was checked against another policy', () => {
    expect(cardOf('python', 'image', { policyHash: '000000000000' }).warning).toContain('another policy');
    expect(cardOf('python', 'image', { policyHash: '3fa9c1d2e4b7' }).warning).toBeNull();
  });
});

it('a verdict is announced whole, in plain words', () => {
  const words = announce(cardOf('python', 'image', { policyHash: '000000000000' }));
  expect(words).toMatch(
    /^Not allowed as an image: python\. Your job was checked against another policy .* has no tag, .* Write the tag/,
  );
  expect(words).not.toContain('`');
});

function cardOf(
  image: string,
  kind: ImageKind = 'image',
  { includeRules = false, policyHash = null }: { includeRules?: boolean; policyHash?: string | null } = {},
): VerdictCard {
  const data = publishPolicy(examplePolicy(), { includeRules });
  return describeVerdict(createEvaluator(data.policy, null)(image, kind), { image, kind, policyHash }, data);
}
