import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import { readableTrace, withoutStamps } from './readable-trace.ts';
import { stampLines } from './stamp-lines.ts';

const stamped = (chunks: readonly string[]) =>
  collect((next) => stampLines(next, { id: '01', type: 'E' }), chunks).replace(/^\S+Z /gm, '');

test('puts the time and the stream in front of each line', () => {
  const text = collect((next) => stampLines(next, { id: '00', type: 'O' }), ['one\ntwo\n']);

  expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z 00O one\n\S+Z 00O two\n$/);
});

test.each([
  { title: 'holds a line back until its end', chunks: ['a', 'b', 'c\n'], shown: '01E abc\n' },
  { title: 'ends the last line at the close', chunks: ['open'], shown: '01E open\n' },
  {
    title: 'shows a carriage return at once',
    chunks: ['50%\r', '100%\r\n'],
    shown: '01E 50%\r\n01E+100%\r\n',
  },
  {
    title: 'goes on after a section marker',
    chunks: ['start\r\u001b[0K', 'title\n'],
    shown: '01E start\r\u001b[0K\n01E+title\n',
  },
  { title: 'keeps a carriage return inside a line', chunks: ['a\rb\n'], shown: '01E a\rb\n' },
])('$title', ({ chunks, shown }) => {
  expect(stamped(chunks)).toBe(shown);
});

test('breaks a line of more than 8 KiB and continues', () => {
  const long = 'x'.repeat(9000);

  expect(stamped([long, 'y\n'])).toBe(`01E ${long}\n01E+y\n`);
});

test('a person reads neither times nor markers nor colours, and joined lines', () => {
  const raw = collect(
    (next) => stampLines(next, { id: '00', type: 'O' }),
    ['section_start:1:get_sources\r\u001b[0K', '\u001b[36;1mGetting\u001b[0;m\n', '50%\r100%\n'],
  );

  expect(readableTrace(raw)).toBe('Getting\n100%\n');
  expect(withoutStamps(raw)).toContain('\u001b[36;1mGetting');
});
