import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openChildPipe } from './child-pipe.ts';

const directory = mkdtempSync(join(tmpdir(), 'child-pipe-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

it('a pipe is made also where a terminal interrupts what makes it', async () => {
  const real = execFileSync('sh', ['-c', 'command -v mkfifo'], { encoding: 'utf8' }).trim();
  const once = `[ -e '${directory}/tried' ] && exec ${real} "$@"; : >'${directory}/tried'; kill -INT $$; sleep 5`;
  writeFileSync(join(directory, 'mkfifo'), `#!/bin/sh\n${once}\n`, { mode: 0o700 });
  vi.stubEnv('PATH', `${directory}:${process.env['PATH'] ?? ''}`);

  const pipe = openChildPipe();
  writeSync(pipe.writer, 'said');
  pipe.closeWriter();
  const chunks = await pipe.reader.toArray();

  expect(Buffer.concat(chunks).toString()).toBe('said');
});
