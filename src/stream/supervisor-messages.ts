// What our programs in the container say on channel 2. The job has the same uid and can forge each word: nothing is derived
// from it but this one sub-stage's own result.
import { listenForLines } from './listen-for-lines.ts';

/** What src/in-container/supervise.sh says, one word a line; a job can forge it, and lies only about itself. */
export type SupervisorFault =
  /** Fewer or other bytes arrived than were sent: send again. */
  | 'upload'
  /** The control volume takes no more bytes. */
  | 'disk'
  /** No bash and no sh at any path where GitLab looks for one. */
  | 'shell'
  /** The script was locked for us by somebody, but never started. */
  | 'stuck'
  /** Asked to follow a script that this container knows nothing of. */
  | 'unknown'
  /** What watches over the script was killed, and left no exit code. */
  | 'killed';

/** Exit status of its faults; the word on channel 2 tells which. A script may end with the same number. */
export const faultStatus = 250;

export interface SupervisorMessages {
  /** The script is known to be started, and its log open: never send it again. */
  begun: boolean;
  /** The script ended with this code, and its log had this many bytes. */
  end: { readonly code: number; readonly size: number } | null;
  fault: SupervisorFault | null;
  /** How many processes of its container the kernel killed for memory while the script ran. */
  oomKills: number;
  /** What the image lacks, or could not be ended; said once in the log. */
  notes: Set<string>;
}

const faults: ReadonlySet<string> = new Set<SupervisorFault>([
  'upload',
  'disk',
  'shell',
  'stuck',
  'unknown',
  'killed',
]);
const knownNotes: ReadonlySet<string> = new Set([
  'no-setsid',
  'no-sha256sum',
  'no-dd',
  'no-tail',
  'survivors',
]);

/** Collects channel 2 of one exec. */
export function listenToSupervisor(): {
  messages: SupervisorMessages;
  onData: (chunk: Uint8Array) => undefined;
} {
  const messages: SupervisorMessages = {
    begun: false,
    end: null,
    fault: null,
    oomKills: 0,
    notes: new Set(),
  };
  return { messages, onData: listenForLines((line) => understand(line, messages)) };
}

function understand(line: string, messages: SupervisorMessages): void {
  const [word = '', first = '', second = '', ...more] = line.split(' ');
  if (more.length > 0) return;
  if (line === 'begun') messages.begun = true;
  if (word === 'end') messages.end = parseEnd(first, second);
  if (word === 'oom' && second === '' && /^\d{1,9}$/.test(first)) messages.oomKills = Number(first);
  if (word === 'fail' && faults.has(first)) messages.fault = first as SupervisorFault;
  if (word === 'note' && knownNotes.has(first)) messages.notes.add(first);
}

function parseEnd(codeText: string, sizeText: string): SupervisorMessages['end'] {
  if (!/^\d{1,3}$/.test(codeText) || !/^\d{1,16}$/.test(sizeText)) return null;
  const code = Number(codeText);
  const size = Number(sizeText);
  return code <= 255 && Number.isSafeInteger(size) ? { code, size } : null;
}
