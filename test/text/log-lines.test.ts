import { describe, expect, it } from 'vitest';
import { hasColour, line, sectionEnd, sectionStart } from '../../src/text/log-lines.ts';

const at = new Date('2026-11-21T00:00:00.999Z');

describe('line', () => {
  it.each([
    ['plain', 'text\n'],
    ['cyan', '\u001b[36;1mtext\u001b[0;m\n'],
    ['green', '\u001b[32;1mtext\u001b[0;m\n'],
    ['yellow', '\u001b[33;1mtext\u001b[0;m\n'],
    ['red', '\u001b[31;1mtext\u001b[0;m\n'],
  ] as const)('prints %s as GitLab Runner does', (colour, printed) => {
    expect(line('text', colour)).toBe(printed);
  });

  it('has no colour unless asked', () => {
    expect(line('text')).toBe('text\n');
  });
});

it('hasColour knows a line by the colour that it was made with', () => {
  const made = line('text', 'yellow');
  expect([hasColour(made, 'yellow'), hasColour(made, 'red'), hasColour(line('x'), 'plain')]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('a section', () => {
  // docs.gitlab.com/ci/jobs/job_logs: marker and title are one line, times are whole seconds.
  it('a section begins open or collapsed', () => {
    expect(sectionStart('a_1', 'Title', { at, collapsed: false })).toBe(
      '\u001b[0Ksection_start:1795219200:a_1\r\u001b[0K\u001b[36;1mTitle\u001b[0;m\n',
    );
    expect(sectionStart('a_1', 'Title', { at, collapsed: true })).toBe(
      '\u001b[0Ksection_start:1795219200:a_1[collapsed=true]\r\u001b[0K\u001b[36;1mTitle\u001b[0;m\n',
    );
  });

  it('a section ends on a line of its own', () => {
    expect(sectionEnd('a_1', at)).toBe('\u001b[0Ksection_end:1795219200:a_1\r\u001b[0K\n');
  });
});
