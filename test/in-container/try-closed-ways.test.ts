import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tryClosedWaysProgram } from '../../src/in-container/programs.generated.ts';
import { localShells, runIn } from '../stage/local-shells.ts';

const bin = mkdtempSync(join(tmpdir(), 'try-closed-ways-'));
afterAll(() => rmSync(bin, { recursive: true, force: true }));

/** As git says it, by the port that is asked. */
const git = `#!/bin/sh
for url; do :; done
case $url in
  *:1/*) echo "fatal: unable to access '$url': Failed to connect to a port 1: Connection refused" >&2 ;;
  *:2/*) echo "fatal: unable to access '$url': The requested URL returned error: 403" >&2 ;;
  *:3/*) echo "fatal: unable to access '$url': gnutls: SSL connection failed" >&2 ;;
  *:4/*) echo "fatal: repository '$url' not found" >&2 ;;
  *) echo "fatal: unable to access '$url': Could not resolve host" >&2 ;;
esac
exit 128
`;
writeFileSync(join(bin, 'git'), git);
chmodSync(join(bin, 'git'), 0o755);
const path = `${bin}:${process.env['PATH']}`;

describe.each(localShells())('a try of closed ways in $name', (shell) => {
  const asked = (words: readonly string[], env: Record<string, string> = {}) =>
    runIn(shell, tryClosedWaysProgram, { words: ['sh', ...words], env: { PATH: path, ...env } }).stdout;

  it('tells what answered from what did not', () => {
    const urls = [1, 2, 3, 4].map((port) => `http://192.0.2.1:${port}/`);
    expect(asked(urls)).toBe(
      [
        ...['way http://192.0.2.1:1/ closed', 'way http://192.0.2.1:2/ open'],
        ...['way http://192.0.2.1:3/ open', 'way http://192.0.2.1:4/ open', 'answered', ''],
      ].join('\n'),
    );
  });

  it('asks the API server that the container is told of, if it is told of one', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '2' };
    expect(asked(['api'], env)).toBe('way https://10.0.0.1:2/ open\nanswered\n');
    expect(asked(['api'], { KUBERNETES_SERVICE_HOST: '' })).toBe('answered\n');
  });
});

it("git's words about a port that nobody listens on are none of an answer", () => {
  const shell = { name: 'dash', argv: ['/bin/sh'] } as const;
  const { stdout } = runIn(shell, tryClosedWaysProgram, { words: ['sh', 'http://127.0.0.1:1/'] });
  expect(stdout).toBe('way http://127.0.0.1:1/ closed\nanswered\n');
});
