import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { logNotes } from '../../../src/stage/prepare/log-notes.ts';

function logged(
  notes: readonly string[],
  warnings: readonly string[] = [],
  granted: readonly string[] = [],
): string {
  const lines: string[] = [];
  logNotes(
    { granted, notes, warnings },
    { log: (text) => lines.push(text), random: () => 'k7m2qx4d', now: () => new Date(0) },
  );
  return lines.join('');
}

describe('logNotes', () => {
  it('prints three notes as they are, in yellow', () => {
    expect(logged(['a', 'b', 'c'])).toBe(
      ['a', 'b', 'c'].map((text) => `\u001b[33;1m${text}\u001b[0;m\n`).join(''),
    );
  });

  it('folds more into a section, and leaves warnings outside', () => {
    const text = logged(['a', 'b', 'c', 'd'], ['beware']);

    expect(stripVTControlCharacters(text)).toBe(
      "section_start:0:not_as_asked_k7m2qx4d[collapsed=true]\r4 of this job's settings do not apply as written\na\nb\nc\nd\nsection_end:0:not_as_asked_k7m2qx4d\r\nWARNING: beware\n",
    );
  });

  it('says nothing of a job that gets what it asks for', () => {
    expect(logged([])).toBe('');
  });

  it('says in one line, in no colour, what a job sets itself', () => {
    expect(logged([], [], ['label a=b', 'label c=\n\u001b[0Kd'])).toBe(
      'Set by this job: label a=b, label c= ?[0Kd.\n',
    );
  });

  it('lets no text of a job open or close a section', () => {
    const text = logged([`KUBERNETES_POD_LABELS_\u001b[0Ksection_end:1:x\r\nERROR: forged`]);

    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text).not.toContain('\r');
    expect(text).not.toContain('\u001b[0K');
  });
});
