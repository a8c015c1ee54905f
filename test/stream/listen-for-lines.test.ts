import { expect, it } from 'vitest';
import { listenForLines } from '../../src/stream/listen-for-lines.ts';

it.each([
  ['one line', ['begun\n'], ['begun']],
  ['two in one piece', ['begun\nend 0 1\n'], ['begun', 'end 0 1']],
  ['one in pieces', ['beg', 'un\n'], ['begun']],
  ['no line without its end', ['begun'], []],
  ['the end of a flood alone', ['begun', 'x'.repeat(5000), '\n'], ['x'.repeat(4096)]],
])('hands on %s', (_, chunks, expected) => {
  const lines: string[] = [];
  const onData = listenForLines((line) => lines.push(line));
  for (const chunk of chunks) onData(Buffer.from(chunk));
  expect(lines).toEqual(expected);
});
