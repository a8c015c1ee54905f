// Every command, a row each. Each is a chunk of its own, so that a stage loads nothing that it does not use.
import type { Command } from './command/define-command.ts';
import type { StageCommand } from './command/define-stage.ts';

/** In the order of the overview: GitLab Runner's, then people's. */
export const commands: Readonly<Record<string, () => Promise<Command | StageCommand>>> = {
  config: async () => (await import('./config.ts')).config,
  prepare: async () => (await import('./prepare.ts')).prepare,
  run: async () => (await import('./run.ts')).run,
  cleanup: async () => (await import('./cleanup.ts')).cleanup,
  serve: async () => (await import('./serve.ts')).serve,
  check: async () => (await import('./check.ts')).check,
  'help-page': async () => (await import('./help-page.ts')).helpPage,
  'print-pod': async () => (await import('./print-pod.ts')).printPod,
  'import-config': async () => (await import('./import-config.ts')).importConfigFile,
  sweep: async () => (await import('./sweep.ts')).sweep,
  doctor: async () => (await import('./doctor.ts')).doctor,
  completion: async () => (await import('./completion.ts')).completion(loadCommands),
};

/** All definitions, for whoever shows them. */
export function loadCommands(): Promise<readonly (Command | StageCommand)[]> {
  return Promise.all(Object.values(commands).map((load) => load()));
}
