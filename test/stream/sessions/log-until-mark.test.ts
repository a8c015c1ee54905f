import { describe, expect, it } from 'vitest';
import { logUntilMark } from '../../../src/stream/sessions/log-until-mark.ts';

const mark = 'abcabd';

async function logOf(...chunks: readonly string[]): Promise<{ log: string; marks: number }> {
  const taken: string[] = [];
  let marks = 0;
  const sink = logUntilMark(
    mark,
    (chunk) => void taken.push(Buffer.from(chunk).toString('latin1')),
    () => {
      marks += 1;
    },
  );
  for (const chunk of chunks) await sink(Buffer.from(chunk, 'latin1'));
  return { log: taken.join(''), marks };
}

describe('logUntilMark', () => {
  it.each([
    ['nothing but the mark', [mark], ''],
    ['a log in one piece', [`log\n${mark}`], 'log\n'],
    ['bytes that are no text', ['\xff\x00\xfe', mark], '\xff\x00\xfe'],
    ['what begins like the mark', ['abcab', 'cab', 'xabcabd'], 'abcabcabx'],
    ['a mark after its own beginning', ['abcabcabd'], 'abc'],
  ])('takes all that stands before the mark: %s', async (_, chunks, log) => {
    expect(await logOf(...chunks)).toEqual({ log, marks: 1 });
  });

  it('finds the mark wherever chunks part', async () => {
    const text = `ab\nabcab\n${mark}`;
    for (let first = 0; first <= text.length; first++)
      for (let second = first; second <= text.length; second++) {
        const chunks = [text.slice(0, first), text.slice(first, second), text.slice(second)];
        expect(await logOf(...chunks)).toEqual({ log: 'ab\nabcab\n', marks: 1 });
      }
  });

  it('holds nothing back that cannot be the beginning of the mark', async () => {
    expect(await logOf('a line\n', 'and half a ')).toEqual({ log: 'a line\nand half a ', marks: 0 });
  });
});
