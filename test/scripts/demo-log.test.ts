import { expect, test } from 'vitest';
import { viewLog } from '../../scripts/demo-log.ts';

/** The log in the pieces that it came in. */
function shown(...pieces: readonly string[]): string {
  const out: string[] = [];
  const view = viewLog((text) => void out.push(text), { hasColours: true });
  for (const piece of pieces) view.write(piece);
  view.end();
  return out.join('').replaceAll('\u001b[2m▾\u001b[0;m', '▾');
}

const time = '2026-11-21T02:47:53.849000Z';

test('takes the times off and keeps the colours', () => {
  expect(shown(`${time} 00O \u001b[32;1mgreen\u001b[0;m\n`)).toBe('\u001b[32;1mgreen\u001b[0;m\n');
});

test('joins lines that go on, however the log was cut', () => {
  const log = `${time} 01O 50%\r\n${time} 01O+100%\n${time} 01O next\n`;

  expect(shown(log)).toBe('50%\r100%\nnext\n');
  expect(shown(log.slice(0, 10), log.slice(10, 40), log.slice(40))).toBe(shown(log));
});

test('shows a section by its title', () => {
  const log = [
    `${time} 00O section_start:1:get_sources\r\u001b[0K\n`,
    `${time} 00O+Getting source\n`,
    `${time} 01O cloned\n`,
    `${time} 00O section_end:2:get_sources\r\u001b[0K\n`,
    `${time} 00O+section_start:2:step_script[collapsed=true]\r\u001b[0K\n`,
    `${time} 00O+Executing\n`,
  ];

  expect(shown(...log)).toBe('▾ Getting source\ncloned\n▾ Executing\n');
});

test('ends the last line', () => {
  expect(shown(`${time} 00O open`)).toBe('open\n');
  expect(shown()).toBe('');
});

test('leaves colours out where nobody sees them', () => {
  const out: string[] = [];
  const view = viewLog((text) => void out.push(text), { hasColours: false });
  view.write(`${time} 00O \u001b[0K\u001b[32;1mgreen\u001b[0;m\n`);
  view.end();

  expect(out.join('')).toBe('green\n');
});
