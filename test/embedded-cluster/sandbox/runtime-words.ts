// runc's words for why a process could not be started, where clients tell the reasons apart; crun's own for all others.
import { type ProcessPlan, StartFailure } from './sandbox.ts';

/** What runc was about: a container's first process it starts from its own `init`. */
type Attempt = 'create' | 'exec';

export function asRuncSays(complaint: string, { args }: ProcessPlan, attempt: Attempt): StartFailure {
  const [program = ''] = args;
  const quoted = JSON.stringify(program);
  const init = attempt === 'create' ? 'error during container init: ' : '';
  const failed = `unable to start container process: ${init}exec:`;
  if (args.length === 0) return new StartFailure('args must not be empty');
  if (/Permission denied/i.test(complaint)) return new StartFailure(`${failed} ${quoted}: permission denied`);
  if (!/not found|No such file/i.test(complaint)) return new StartFailure(complaint.trim());
  return new StartFailure(
    program.includes('/')
      ? `${failed} ${quoted}: stat ${program}: no such file or directory`
      : `${failed} ${quoted}: executable file not found in $PATH`,
  );
}
