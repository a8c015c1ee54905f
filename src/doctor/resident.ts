// Does a resident serve this machine's stages? Without one they work all the same.
import type { ResidentPlace, ResidentState } from '../resident/resident-state.ts';
import { durationText } from '../text/duration-text.ts';
import { plainLine } from '../text/plain-text.ts';
import { type DoctorFinding, ok, type Remedy, warn } from './doctor-finding.ts';

export interface ResidentFacts extends ResidentPlace {
  /** Of other builds, alive. */
  readonly others: readonly ResidentPlace[];
  /** The program's. */
  readonly version: string;
  /** Who asks. */
  readonly uid: number;
}

const check = 'resident';

export function describeResident(
  { directory, state, others, ...facts }: ResidentFacts,
  now: Date,
): DoctorFinding {
  const place = plainLine(directory);
  const [other] = others;
  if (state.kind === 'absent' && other) return describeOther(other);
  switch (state.kind) {
    case 'absent':
      return ok(
        check,
        'none: each stage is a process of its own; one can serve them all (docs/operator-guide.md)',
      );
    case 'foreign':
      return describeForeign(place, state, facts.uid);
    case 'dead':
      return warn(check, `process ${state.pid}, which served in ${place}, is gone: stages work alone`, start);
    case 'stopped':
      return warn(
        check,
        `process ${state.pid}, which serves in ${place}, is stopped (SIGSTOP): stages work alone`,
        {
          text: 'Let it go on:',
          code: `kill -CONT ${state.pid}`,
        },
      );
    case 'serving':
      return ok(check, describeServing(place, state, facts.version, now));
  }
}

const start: Remedy = { text: 'Start it again:', code: 'systemctl restart gitlab-pod-executor' };

type StateOf<Kind extends ResidentState['kind']> = Extract<ResidentState, { kind: Kind }>;

function describeServing(
  place: string,
  { pid, since, calls }: StateOf<'serving'>,
  version: string,
  now: Date,
): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000));
  return `process ${pid}, version ${version}, serves in ${place} for ${durationText(seconds)}; running stages: ${calls}`;
}

function describeOther({ directory, state }: ResidentPlace): DoctorFinding {
  const who = 'pid' in state ? `process ${state.pid}` : 'a process';
  return warn(
    check,
    `${who}, which serves in ${plainLine(directory)}, is of another build: stages of this one work alone`,
    { ...start, text: 'Where it is older than what is installed, start it again; running scripts go on:' },
  );
}

const octal = 8;

function describeForeign(place: string, { owner, mode }: StateOf<'foreign'>, uid: number): DoctorFinding {
  if (owner !== uid) {
    return warn(
      check,
      `${place} belongs to user ${owner}, and this is user ${uid}, whose stages do not look there`,
      {
        text: "Run doctor, the resident and GitLab Runner as one user. Stages run as the user of GitLab Runner's process, which its option --user does not change:",
        code: 'ps -o user= -C gitlab-runner',
      },
    );
  }
  return warn(
    check,
    `${place} has mode ${mode.toString(octal)}: others can enter it, so nothing serves there`,
    {
      text: 'It holds nothing that is needed again:',
      code: `rm -r ${place}\nsystemctl restart gitlab-pod-executor`,
    },
  );
}
