import { describe, expect, it } from 'vitest';
import { textTable, wrapText } from '../../src/text/text-table.ts';

describe('textTable', () => {
  it('aligns columns and leaves no space at the ends of lines', () => {
    expect(
      textTable({
        titles: ['object', 'age'],
        rows: [
          ['pod/a', '3 h'],
          ['secret/long-name', ''],
        ],
        width: 100,
      }),
    ).toEqual([
      'OBJECT            AGE', //
      'pod/a             3 h',
      'secret/long-name',
    ]);
  });

  it('wraps the widest column and keeps the others whole', () => {
    expect(
      textTable({
        titles: ['check', 'found'],
        rows: [['rights', 'one two three four five six seven']],
        width: 26,
      }),
    ).toEqual([
      'CHECK   FOUND', //
      'rights  one two three four',
      '        five six seven',
    ]);
  });

  it('keeps names whole beside a word that has to be broken', () => {
    const table = {
      titles: ['check', 'found'],
      rows: [['user namespace', `x ${'y'.repeat(30)}`]],
      width: 40,
    };

    expect(textTable({ ...table, names: 1 })).toEqual([
      'CHECK           FOUND',
      'user namespace  x',
      `                ${'y'.repeat(24)}`,
      '                yyyyyy',
    ]);
    expect(textTable({ ...table, names: 1, width: 20 })[1]).toBe('user          x');
  });

  it('keeps the line breaks of a cell beside shorter cells', () => {
    expect(textTable({ titles: ['a', 'b', 'c'], rows: [['1', '2\n3', '4']], width: 60 })).toEqual([
      'A  B  C', //
      '1  2  4',
      '   3',
    ]);
  });

  it('colours words without moving the columns after them', () => {
    const paint = (text: string): string => `<${text}>`;
    expect(textTable({ titles: ['result', 'x'], rows: [[{ text: 'ok', paint }, 'y']], width: 60 })).toEqual([
      'RESULT  X', //
      '<ok>      y',
    ]);
  });

  it('counts Chinese letters and emoji as the two columns that they take', () => {
    expect(
      textTable({
        titles: ['job', 'x'],
        rows: [
          ['测试🚀', 'y'],
          ['e\u0301', 'z'],
        ],
        width: 60,
      }),
    ).toEqual([
      'JOB     X', //
      '测试🚀  y',
      'e\u0301       z',
    ]);
  });

  it('stays inside the given width whatever the cells are', () => {
    const long = 'registry.example.org/'.repeat(12);
    const lines = textTable({
      titles: ['a', 'b', 'c'],
      rows: [[long, `${long} and words`, 'short']],
      width: 100,
    });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.join('').replace(/\s/g, '')).toContain('short');
  });
});

describe('wrapText', () => {
  it('keeps an indent on every line', () => {
    expect(wrapText('  one two three', 10)).toEqual(['  one two', '  three']);
  });

  it('breaks only a word that is longer than a line', () => {
    expect(wrapText('ab abcdefghij', 4)).toEqual(['ab', 'abcd', 'efgh', 'ij']);
  });

  it('loses no letter of any text', () => {
    const text = 'spec.containers[0]: Forbidden —   three  spaces, and a very-very-very-long-word';
    expect(wrapText(text, 12).join('').replace(/ /g, '')).toBe(text.replace(/ /g, ''));
  });
});
