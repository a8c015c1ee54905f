// What a test set up is taken down after it, last things first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

export type Undo = (step: () => unknown) => void;

export function undoAfterEach(): Undo {
  const steps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of steps.splice(0).reverse()) await step();
  });
  return (step) => steps.push(step);
}

export function temporaryDirectory(undo: Undo): string {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-client-'));
  undo(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
