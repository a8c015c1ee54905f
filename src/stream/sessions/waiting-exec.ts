// One exec of `serveScripts`, opened before there is a script for it: what it says of its container, then what it is sent, then its end.
import type { ByteSink, Cluster, ExecResult } from '../../cluster/cluster.ts';
import type { ServingExec } from '../../in-container/commands.ts';
import type { JobContainer } from '../../layout/container-names.ts';

/** What is said before `answered`: a few hundred bytes. */
const maxAnswerBytes = 8192;
const lastLine = /(^|\n)answered\n/;

export interface WaitingExec {
  /** All that it said before it took scripts, `answered` with it. null: it ended before, or said too much. */
  readonly answer: Promise<string | null>;
  /** Rejects with what a sink throws. */
  readonly end: Promise<ExecResult>;
  /** Takes effect for what comes from now on. */
  readonly listen: (sinks: { readonly log: ByteSink; readonly messages: ByteSink } | null) => void;
  /** Not before `answer`, and one request at a time. */
  readonly send: (request: Uint8Array) => void;
  /** Nothing more is sent. */
  readonly endInput: () => void;
  /** Cuts it off. */
  readonly close: () => void;
}

export interface WaitingExecInput {
  readonly cluster: Pick<Cluster, 'exec'>;
  readonly pod: { readonly name: string };
  readonly container: JobContainer;
  readonly program: ServingExec;
}

export function openWaitingExec({ cluster, pod, container, program }: WaitingExecInput): WaitingExec {
  const input = openInput();
  input.push(program.program);
  const closed = new AbortController();
  const answer = readAnswer(() => closed.abort());
  let sinks: { readonly log: ByteSink; readonly messages: ByteSink } | null = null;
  const end = cluster.exec({
    ...{ pod: pod.name, container, command: program.command, stdin: input.chunks, signal: closed.signal },
    stdout: (chunk) => (sinks ? sinks.log(chunk) : answer.onData(chunk)),
    stderr: (chunk) => sinks?.messages(chunk),
  });
  const onEnd = (): void => {
    input.end();
    answer.giveUp();
  };
  end.then(onEnd, onEnd);
  return {
    answer: answer.whole,
    end,
    listen: (next) => {
      sinks = next;
    },
    send: input.push,
    endInput: input.end,
    close: () => closed.abort(),
  };
}

function readAnswer(onTooMuch: () => void) {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let text = '';
  let bytes = 0;
  return {
    whole: promise,
    giveUp: () => resolve(null),
    onData: (chunk: Uint8Array): undefined => {
      // Also of what nobody asked for, between `answered` and a script: the shell is an image's own.
      bytes += chunk.byteLength;
      if (bytes > maxAnswerBytes) {
        onTooMuch();
        return;
      }
      text += Buffer.from(chunk).toString('latin1');
      if (lastLine.test(text)) resolve(text);
    },
  };
}

interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly push: (chunk: Uint8Array) => void;
  readonly end: () => void;
}

function openInput(): Input {
  const waiting: (Uint8Array | null)[] = [];
  let wake = (): void => undefined;
  const add = (next: Uint8Array | null): void => {
    waiting.push(next);
    wake();
  };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = waiting.shift();
      if (next === null) return;
      if (next) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return { chunks: chunks(), push: add, end: () => add(null) };
}
