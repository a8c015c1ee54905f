import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryNestingProgram } from '../../src/in-container/programs.generated.ts';
import { localShells, runIn } from '../stage/local-shells.ts';

const directory = mkdtempSync(join(tmpdir(), 'try-nesting-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A PATH on which unshare is this. */
function pathWith(unshare: string): string {
  const bin = mkdtempSync(join(directory, 'bin-'));
  writeFileSync(join(bin, 'unshare'), `#!/bin/sh\n${unshare}\n`);
  chmodSync(join(bin, 'unshare'), 0o755);
  return `${bin}:${process.env['PATH']}`;
}

// busybox has an unshare of its own, and takes no other.
describe.each(localShells().filter(({ name }) => name !== 'busybox'))(
  'a try of nesting in $name',
  (shell) => {
    const answer = (unshare: string, ...folders: string[]) => {
      const { code, stdout } = runIn(shell, tryNestingProgram, {
        words: ['sh', ...folders],
        env: { PATH: pathWith(unshare) },
      });
      expect(code).toBe(0);
      return stdout.trim().split('\n');
    };

    it('says in whose words each step was refused, comes to its end, and leaves nothing', () => {
      const storage = mkdtempSync(join(directory, 'storage-'));
      const lines = answer(
        'echo "unshare: unshare(0x10000000): Operation not permitted" >&2; echo more >&2; exit 1',
        join(directory, 'nowhere'),
        storage,
      );

      expect(lines).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^Uid: \d+$/),
          expect.stringMatching(/^CapEff: [\da-f]{16}$/),
          `storage ${storage}`,
        ]),
      );
      expect(lines.slice(-6).filter((line) => !line.startsWith('map '))).toEqual([
        ...['unshare', 'mount', 'overlay', 'pivot_root'].map(
          (step) => `${step} unshare: unshare(0x10000000): Operation not permitted`,
        ),
        'answered',
      ]);
      expect(readdirSync(storage)).toEqual([]);
    });

    it('says ok of what works', () => {
      const storage = mkdtempSync(join(directory, 'storage-'));
      expect(answer('true', storage).filter((line) => / ok$/.test(line))).toEqual([
        'unshare ok',
        'mount ok',
        'overlay ok',
        'pivot_root ok',
      ]);
    });
  },
);
