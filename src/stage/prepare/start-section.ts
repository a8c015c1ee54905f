// The section about the pod's start, collapsed: most authors need none of it. Where it takes long, the section ends, and what is waited
// for stands where the author sees it: of a collapsed section GitLab shows no line, not even while it grows.
import { hasColour, line, sectionEnd, sectionStart } from '../../text/log-lines.ts';
import type { StageIo } from '../stage-io.ts';

/** Most pods are ready sooner; whoever waits for longer wonders what for. */
const longSeconds = 30;

interface StartSection<Io> {
  readonly io: Io;
  readonly title: string;
  /** New at each call: a log has several of them. */
  readonly nonce: string;
  readonly now: () => Date;
}

/** `work` logs through the `io` that it is given. */
export async function inStartSection<Io extends Pick<StageIo, 'log'>, T>(
  { io, title, nonce, now }: StartSection<Io>,
  work: (io: Io) => Promise<T>,
): Promise<T> {
  const name = `pod_start_${nonce}`;
  const logged: string[] = [];
  const log = (text: string): void => {
    logged.push(text);
    io.log(text);
  };
  io.log(sectionStart(name, title, { at: now(), collapsed: true }));
  const state = { isOpen: true };
  const timer = setTimeout(() => {
    io.log(sectionEnd(name, now()));
    state.isOpen = false;
    io.log(line(`The job's pod is not ready after ${longSeconds} s. Last said of it:`));
    io.log(logged.findLast((text) => hasColour(text, 'yellow')) ?? logged.at(-1) ?? line('nothing'));
  }, longSeconds * 1000);
  try {
    return await work({ ...io, log });
  } finally {
    clearTimeout(timer);
    if (state.isOpen) io.log(sectionEnd(name, now()));
  }
}
