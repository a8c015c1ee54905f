// The server's own process, in its namespaces: reads its options, serves until told to stop, says on stdout when it is ready.
// It ends with whoever started it: when stdin closes. Without a word before, nobody is left who would clean up.
import { readFileSync, rmSync } from 'node:fs';
import { type ServeOptions, serve } from './serve.ts';

/** Directories and files as everybody's umask makes them, whoever starts the server: pods see their modes. */
process.umask(0o022);
const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ServeOptions;
try {
  const { ready, stop } = await serve(options);
  let isOrderly = false;
  const finish = async (): Promise<void> => {
    await stop();
    if (!isOrderly)
      for (const path of [options.stateDir, options.kubeconfigFile])
        rmSync(path, { recursive: true, force: true });
    process.exit(0);
  };
  // The one who started us decides when we end.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined);
  process.stdin
    .on('data', () => {
      isOrderly = true;
    })
    .once('end', () => void finish())
    .once('error', () => void finish());
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
