// config_exec: prints the one JSON answer; loads nothing else, because each job starts with it.
import { writeSync } from 'node:fs';
import { configure } from '../src/stage/configure.ts';
import { version } from './version.ts';

export function config(): void {
  writeSync(1, configure(version));
}
