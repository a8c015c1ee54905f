import { describe, expect, it } from 'vitest';
import { count, describeChart, formatReport } from '../../src/import-config/report.ts';
import type { KeyEntry } from '../../src/import-config/take-section.ts';

const entry = (key: string, rest: Partial<KeyEntry>): KeyEntry => ({
  section: 'kubernetes',
  key,
  path: [key],
  verdict: 'same',
  becomes: '',
  says: '',
  ...rest,
});

describe('formatReport', () => {
  it('begins with what asks for a decision, and lets no text of the file out of its line', () => {
    const report = formatReport({
      file: 'config.toml',
      runner: 'a\n# b',
      entries: [
        entry('image', { becomes: 'default_image' }),
        entry('x\n\u001b[2J', { verdict: 'none', says: 'Why.' }),
      ],
      unsaid: ['Jobs run as root.'],
      findings: [],
      placeOf: () => ({ line: 7 }),
    });

    expect(report.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# What became of config.toml',
      '## No counterpart',
      '## The same',
      '## What no key said',
    ]);
    expect(report).toContain('- `runners.kubernetes.image` (line 7) → `default_image`\n');
    expect(report).not.toContain('\u001b');
  });
});

it('count says how many of each', () => {
  expect(count([entry('a', {}), entry('b', {}), entry('c', { verdict: 'none' })])).toBe(
    '3 keys: 2 the same, 1 no counterpart.',
  );
});

it('describeChart names values that no chart reads any more', () => {
  const text = describeChart({ staying: ['gitlabUrl'], outdated: ['runners.privileged'] });

  expect(text).toContain('goes on reading these itself: `gitlabUrl`.');
  expect(text).toContain('did nothing: `runners.privileged`.');
});
