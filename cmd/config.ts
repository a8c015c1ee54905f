// config_exec: prints the one JSON answer; loads nothing else, because each job starts with it.
import { writeSync } from 'node:fs';
import { configure } from '../src/stage/configure.ts';
import { defineStage } from './command/define-stage.ts';
import { version } from './version.ts';

export const config = defineStage({
  name: 'config',
  summary: 'tell GitLab Runner, in JSON, how jobs look here.',
  usage: ['config'],
  about: ['It reads nothing and speaks to nobody.'],
  positionals: [],
  options: {},
  runStage: () => Promise.resolve(writeSync(1, configure(version))),
});
