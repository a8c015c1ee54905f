// The server's own process, in its namespaces: reads its options, serves until told to stop, says on stdout when it is ready.
// It ends with whoever started it: when stdin closes.
import { readFileSync } from 'node:fs';
import { type ServeOptions, serve } from './serve.ts';

process.umask(0o022);
const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ServeOptions;
try {
  const { ready, stop } = await serve(options);
  const finish = (): void => {
    void stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', finish);
  process.once('SIGINT', finish);
  process.stdin.once('end', finish).once('error', finish).resume();
  process.stdout.write(`${JSON.stringify(ready)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
