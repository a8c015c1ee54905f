// All packages or none: they are made beside the folder, which is replaced at the end.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

const interruptedExitCode = 130;
/** What a folder of packages holds, and nothing else: a folder with other things is not ours to replace. */
const ours = /^(gitlab-pod-executor[-_]|SHA256SUMS$)/;

/**
 * @param fill gets a folder for what shall stay, and one for what shall not
 * @throws what `fill` throws, and the folder is as it was
 */
export function fillOutputFolder(out: string, fill: (folder: string, scratch: string) => void): void {
  const target = resolve(out);
  const foreign = existsSync(target) ? readdirSync(target).filter((name) => !ours.test(name)) : [];
  if (foreign.length > 0)
    throw new Error(`${out} holds other things, such as ${foreign[0]}; give a folder of their own.`);
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
  const clear = (): void => rmSync(work, { recursive: true, force: true });
  const onSignal = (): void => {
    clear();
    process.exit(interruptedExitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  try {
    const [folder, scratch] = [join(work, 'made'), join(work, 'scratch')];
    for (const each of [folder, scratch]) mkdirSync(each);
    fill(folder, scratch);
    if (existsSync(target)) renameSync(target, join(work, 'old'));
    renameSync(folder, target);
  } finally {
    clear();
  }
}
