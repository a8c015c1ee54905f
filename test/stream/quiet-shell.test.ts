import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quietShell } from '../../src/stream/quiet-shell.ts';
import { localShells } from '../stage/local-shells.ts';

const shells = localShells();
const secret = 'hunter2-clear-text';

/** The three ways in which GitLab Runner's bash writer lets a script begin its work (shells/bash.go). */
const shapes = {
  today: ["(trap 'exit 1' TERM; eval ", ') < /dev/null'],
  'the one before it': [': | (eval ', ')'],
  'with FF_USE_LEGACY_BASH_EVAL': [': | eval ', ''],
} as const;

/** A script in that shape, with what a job would write inside. */
function gitlabScript(work: string, shape: keyof typeof shapes = 'today'): Buffer {
  const [before, after] = shapes[shape];
  const body = `export PASSWORD=${secret}\n${work}\n`.replace(/'/g, `'\\''`);
  return Buffer.from(
    [
      '#!/usr/bin/env bash',
      '',
      "trap 'exit 1' TERM",
      '',
      'case "$(set -o)" in *"pipefail"*) set -o pipefail;; esac; set -o errexit',
      'set +o noclobber',
      `${before}'${body}'${after}`,
      'exit 0',
      '',
    ].join('\n'),
  );
}

function run([path = '', ...args]: readonly string[], script: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(path, args, { input: script, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('quietShell', () => {
  it('rewrites one line and leaves every byte before and after it', () => {
    const script = gitlabScript('true').toString();
    expect(Buffer.from(quietShell(Buffer.from(script))).toString()).toBe(
      script.replace(
        "\n(trap 'exit 1' TERM; eval ",
        "\nexec 9>&2 2>/dev/null; (trap 'exit 1' TERM; eval 'exec 2>&9 9>&-\n' ",
      ),
    );
  });

  it("knows the line that the runner writes from one that the job's script has", () => {
    const script = gitlabScript('true\n: | eval true\n: | (eval true)').toString();
    expect(
      Buffer.from(quietShell(Buffer.from(script)))
        .toString()
        .split('exec 9>&2'),
    ).toHaveLength(2);
    expect(Buffer.from(quietShell(Buffer.from(script))).toString()).toContain(
      ': | eval true\n: | (eval true)',
    );
  });

  it.each([
    ['empty', ''],
    ['of another shape', '#!/bin/sh\necho hello\n'],
    ['with the line somewhere inside another', "echo 'x (trap 'exit 1' TERM; eval y'\n"],
    ['for PowerShell', '$ErrorActionPreference = "Stop"\n'],
  ])('leaves a script as it is that is %s', (_, text) => {
    const script = Buffer.from(text);
    expect(quietShell(script)).toBe(script);
  });

  it('takes bytes that are no text, and a view into a larger buffer', () => {
    const script = Buffer.concat([
      gitlabScript('printf "'),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from('"\n'),
    ]);
    const larger = new Uint8Array(script.length + 20);
    larger.set(script, 10);
    const quiet = quietShell(larger.subarray(10, 10 + script.length));
    expect(Buffer.from(quiet).subarray(-5)).toEqual(script.subarray(-5));
  });
});

const everywhere = shells.flatMap(({ name, argv }) =>
  (Object.keys(shapes) as (keyof typeof shapes)[]).map((shape) => ({ name, argv, shape })),
);

describe.each(everywhere)('a quiet script in $name, in the shape $shape', ({ name, argv, shape }) => {
  it('a quiet script prints and ends as before', () => {
    const script = gitlabScript('echo out; echo err >&2; cat; sh -c "exit 42"; echo never', shape);
    const loud = run(argv, script);
    // The legacy form loses the exit code in bash, which is why there is another.
    expect(loud).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
    expect(run(argv, quietShell(script))).toEqual(loud);
  });

  it('a quiet script that cannot be parsed still says what is wrong', () => {
    const { status, stderr } = run(argv, quietShell(gitlabScript('if true; echo no fi', shape)));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/syntax error/i);
  });

  it('a quiet script does not leave the descriptor open for the job', () => {
    const script = gitlabScript('{ echo open >&9; } 2>/dev/null || echo closed', shape);
    expect(run(argv, quietShell(script)).stdout).toBe('closed\n');
  });

  // The shell that works is the parent of the one that asks for its number.
  const killsItself = 'echo before; kill -9 "$(exec sh -c "echo \\$PPID")"; echo never';

  // @promise death: bash itself is killed
  it('a quiet script is not printed when its subshell is killed', () => {
    const { status, stdout, stderr } = run(argv, quietShell(gitlabScript(killsItself, shape)));
    expect({ status, stdout, stderr }).toEqual({ status: 137, stdout: 'before\n', stderr: '' });
  });

  it.runIf(name === 'bash')('a script that is not quiet is printed when its subshell is killed', () => {
    expect(run(argv, gitlabScript(killsItself, shape)).stderr).toContain(secret);
  });
});
