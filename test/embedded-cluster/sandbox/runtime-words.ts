// runc's words for why a process could not be started, where clients tell the reasons apart; crun's own for all others.
import { type ProcessPlan, StartFailure } from './sandbox.ts';

export function asRuncSays(complaint: string, { args }: ProcessPlan): StartFailure {
  const [program = ''] = args;
  const quoted = JSON.stringify(program);
  const failed = 'unable to start container process: exec:';
  if (args.length === 0) return new StartFailure('args must not be empty');
  if (/Permission denied/i.test(complaint)) return new StartFailure(`${failed} ${quoted}: permission denied`);
  if (!/not found|No such file/i.test(complaint)) return new StartFailure(complaint.trim());
  return new StartFailure(
    program.includes('/')
      ? `${failed} ${quoted}: stat ${program}: no such file or directory`
      : `${failed} ${quoted}: executable file not found in $PATH`,
  );
}
