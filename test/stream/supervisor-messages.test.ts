import { describe, expect, it } from 'vitest';
import { listenToSupervisor } from '../../src/stream/supervisor-messages.ts';

/** What was understood of these chunks of channel 2. */
function heard(...chunks: (string | Uint8Array)[]) {
  const { messages, onData } = listenToSupervisor();
  for (const chunk of chunks) onData(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return { ...messages, notes: [...messages.notes] };
}

const nothing = { begun: false, end: null, fault: null, oomKills: 0, notes: [] };

describe('listenToSupervisor', () => {
  it('understands the words of a run in their order', () => {
    expect(heard('note no-sha256sum\nbegun\nnote no-tail\nend 42 1234\n')).toEqual({
      begun: true,
      end: { code: 42, size: 1234 },
      fault: null,
      oomKills: 0,
      notes: ['no-sha256sum', 'no-tail'],
    });
  });

  it.each(['upload', 'disk', 'shell', 'stuck', 'unknown', 'killed'])('understands the fault %s', (fault) => {
    expect(heard(`fail ${fault}\n`)).toEqual({ ...nothing, fault });
  });

  it('understands how many processes were killed for memory', () => {
    expect(heard('begun\noom 3\nend 2 0\n')).toMatchObject({ oomKills: 3, end: { code: 2, size: 0 } });
  });

  it('puts lines together that came in pieces, also inside a character', () => {
    const euro = Buffer.from('€\nend 0 7\n');
    expect(heard('beg', 'un', '\n', euro.subarray(0, 1), euro.subarray(1))).toEqual({
      ...nothing,
      begun: true,
      end: { code: 0, size: 7 },
    });
  });

  it('waits for the end of a line: half a record is none', () => {
    expect(heard('begun\nend 0 12')).toEqual({ ...nothing, begun: true });
  });

  it.each([
    ['a code above 255', 'end 256 1'],
    ['a code of four digits', 'end 0042 1'],
    ['a negative code', 'end -1 1'],
    ['a negative size', 'end 0 -1'],
    ['a size beyond exact numbers', 'end 0 9007199254740993'],
    ['a size of seventeen digits', 'end 0 10000000000000000'],
    ['a hexadecimal size', 'end 0 0x10'],
    ['a size with an exponent', 'end 0 1e3'],
    ['no size', 'end 0'],
    ['an empty code', 'end  1'],
    ['a word too many', 'end 0 1 0'],
    ['kills that cannot be', 'oom 1234567890'],
    ['kills that are no number', 'oom all'],
    ['kills and more', 'oom 1 2'],
    ['a tab', 'end\t0\t1'],
    ['a carriage return', 'end 0 1\r'],
    ['digits of another script', 'end ٠ ١'],
    ['another case', 'END 0 1'],
    ['a fault that is none of ours', 'fail everything'],
    ['a fault that an object would have', 'fail constructor'],
    ['a note that is none of ours', 'note \u001b[2Jsection_end:1:x'],
    ['begun and more', 'begun already'],
    ["a runtime's own message", 'sh: line 1: 7 Killed   cat <&3'],
  ])('takes %s for noise', (_, line) => {
    expect(heard(`${line}\n`)).toEqual(nothing);
  });

  it('lets a forged record that cannot be read take back one that could: never a success by chance', () => {
    expect(heard('end 0 1\nend nonsense 1\n').end).toBeNull();
  });

  it('keeps no more than a line of a flood without line ends', () => {
    const flood = Array.from({ length: 100 }, () => 'end 0 1 '.repeat(10_000));
    expect(heard(...flood, '\nbegun\n')).toEqual({ ...nothing, begun: true });
  });
});
