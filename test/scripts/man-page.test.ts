// The manual of the Debian package: that it has every command, and that nothing of a text is an order to roff.
import { describe, expect, it } from 'vitest';
import { loadCommands } from '../../cmd/commands.ts';
import { manPage } from '../../scripts/package/man-page.ts';

const commands = await loadCommands();
const page = manPage({ commands, version: '1.2.3', date: new Date('2026-11-29T12:00:00Z') });
const lines = page.split('\n');

describe('manPage', () => {
  it('describes every command, with each of its options', () => {
    for (const { name, options } of commands) {
      const [, section = ''] = page.split(`\n.SS ${name.replace(/-/g, '\\-')}\n`);
      for (const option of Object.keys(options))
        expect(section.split('\n.SS ')[0]).toContain(`.B \\-\\-${option.replace(/-/g, '\\-')}`);
    }
  });

  it('has no line that begins with an order that roff does not know', () => {
    const orders = lines.filter((line) => /^[.']/.test(line)).map((line) => line.split(' ')[0]);
    expect(new Set(orders)).toEqual(new Set(['.TH', '.SH', '.SS', '.B', '.I', '.PP', '.TP', '.nf', '.fi']));
  });

  it('keeps backslashes, hyphens and leading dots of a text', () => {
    const about = ['.nf is \\ no order', ' ..\n'];
    const odd = manPage({ commands: [{ ...commands[0]!, about }], version: '1', date: new Date(0) });
    expect(odd).toContain('\n\\&.nf is \\(rs no order\n');
    expect(odd).toContain('\n ..\n');
  });

  it('closes what it opens: text as it is ends before the next paragraph', () => {
    const switches = lines.filter((line) => line === '.nf' || line === '.fi');
    expect(switches.join(' ')).toMatch(/^(\.nf \.fi ?)+$/);
  });
});
