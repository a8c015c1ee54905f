// A pipe of the kernel's for a child's output, as Go makes one: Node gives its children sockets, which nobody can open by /proc.
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ChildPipe {
  /** For us; ends once every process that holds the other end has closed it. */
  readonly reader: Socket;
  /** For the child's `stdio`. */
  readonly writer: number;
  /** When the child has it, or never will. */
  closeWriter(): void;
}

export function openChildPipe(): ChildPipe {
  const directory = mkdtempSync(join(tmpdir(), 'pipe-'));
  try {
    const path = join(directory, 'pipe');
    makeFifo(path);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    return {
      reader: new Socket({ fd: reader, readable: true, writable: false }),
      writer,
      closeWriter: () => closeSync(writer),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A terminal's Ctrl-C reaches it as well as us: then it is we who decide what ends, not whatever was being made. */
function makeFifo(path: string): void {
  for (;;) {
    const { status, signal, error, stderr } = spawnSync('mkfifo', ['-m', '600', path]);
    if (status === 0) return;
    if (signal === null) throw error ?? new Error(stderr.toString().trim());
  }
}
