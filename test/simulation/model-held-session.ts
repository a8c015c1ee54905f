// What src/in-container/serve-scripts.sh does with what it reads: one script after the other, each as supervise.sh does it.
import { faultCode, killedCode, type Session } from './program-session.ts';

/** What it is started with. */
export interface HeldProgram {
  /** Of itself, on stdin before everything else. */
  readonly bytes: number;
  /** What it says once it has all of itself. */
  readonly answer: string;
  /** It takes one script, and ends with its code. */
  readonly isForOne: boolean;
}

/** The scripts' side: both act as in the session's own shell. */
export interface HeldScripts {
  readonly isLocked: (directory: string) => boolean;
  readonly start: (
    session: Session,
    directory: string,
    upload: Uint8Array,
    sha256: string,
    bytes: number,
    /** The session itself has ended everything after the script before. */
    isAlone: boolean,
  ) => void;
  readonly find: (session: Session, directory: string) => void;
}

export interface HeldSession {
  readonly push: (bytes: Uint8Array) => void;
  /** No more will come. */
  readonly endInput: () => void;
  readonly isOver: () => boolean;
  /** SIGKILL */
  readonly kill: () => void;
}

/** MARK, DIRECTORY, BYTES, SHA256, PROJECT, REPOSITORY and how many WORDs. */
const fixedLines = 7;

interface Request {
  readonly mark: string;
  readonly directory: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Shorter than `bytes` where the input ended. */
  readonly upload: Buffer;
}

/** @param onEnd called once */
export function newHeldSession(
  session: Session,
  { bytes: programBytes, answer, isForOne }: HeldProgram,
  scripts: HeldScripts,
  later: (act: () => void) => void,
  onEnd: () => void,
): HeldSession {
  let input: Buffer = Buffer.alloc(0);
  let isInputOver = false;
  let isBegun = false;
  let isAlone = false;
  let isBusy = false;
  let isOver = false;
  const exit = (code: number): void => {
    if (isOver) return;
    isOver = true;
    onEnd();
    session.exit(code);
  };
  const fail = (): void => {
    session.stderr('fail upload');
    exit(faultCode);
  };
  const run = ({ mark, directory, bytes, sha256, upload }: Request): void => {
    isBusy = true;
    const own: Session = {
      stdout: session.stdout,
      stderr: session.stderr,
      exit,
      ended: (code) => {
        if (isOver) return;
        if (isForOne) {
          exit(code);
          return;
        }
        isAlone = true;
        session.stdout(Buffer.from(mark));
        session.stderr(`ended ${mark} ${code}`);
        isBusy = false;
        later(next);
      },
    };
    if (scripts.isLocked(directory)) scripts.find(own, directory);
    else scripts.start(own, directory, upload, sha256, bytes, isAlone);
  };
  /** false: its program is not all there. */
  const begin = (): boolean => {
    if (input.byteLength < programBytes) {
      if (isInputOver) exit(faultCode);
      return false;
    }
    input = input.subarray(programBytes);
    isBegun = true;
    session.stdout(Buffer.from(answer));
    return true;
  };
  const next = (): void => {
    if (isOver || isBusy) return;
    if (!isBegun && !begin()) return;
    const taken = takeRequest(input, isInputOver);
    if (taken) {
      input = taken.rest;
      run(taken.request);
    } else if (isInputOver) {
      if (input.byteLength === 0) exit(0);
      else fail();
    }
  };
  return {
    push: (bytes) => {
      input = Buffer.concat([input, bytes]);
      next();
    },
    endInput: () => {
      isInputOver = true;
      next();
    },
    isOver: () => isOver,
    kill: () => exit(killedCode),
  };
}

/** @returns null while it is not whole, and more may come */
function takeRequest(
  input: Buffer,
  isInputOver: boolean,
): { readonly request: Request; readonly rest: Buffer } | null {
  const lines: string[] = [];
  let at = 0;
  while (lines.length < fixedLines + Number(lines[fixedLines - 1] ?? 0)) {
    const end = input.indexOf('\n', at);
    if (end < 0) return null;
    lines.push(input.toString('latin1', at, end));
    at = end + 1;
  }
  const [mark = '', directory = '', size = '', sha256 = ''] = lines;
  const bytes = Number(size);
  if (input.byteLength - at < bytes && !isInputOver) return null;
  const upload = input.subarray(at, at + bytes);
  return {
    request: { mark, directory, bytes, sha256, upload },
    rest: input.subarray(at + upload.byteLength),
  };
}
