// The runner's log of one job: its own lines, and a stream for the output of each call (GitLab Runner: common/buildlogger).
import { colours } from './colours.ts';
import { maskTokens } from './mask-tokens.ts';
import { maskUrlParameters } from './mask-url-parameters.ts';
import { maskValues } from './mask-values.ts';
import { bytesOf, type Sink } from './sink.ts';
import { type StreamId, type StreamType, stampLines } from './stamp-lines.ts';

export interface JobLog {
  print(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
  /** Runs `work` between the section's markers. */
  section<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A stream has its own place in a line and its own held back text. */
  stream(id: StreamId, type: StreamType): Sink;
  close(): void;
}

export interface JobLogOptions {
  readonly trace: Sink;
  readonly maskedValues: readonly string[];
  readonly tokenPrefixes: readonly string[];
  readonly maskDefaultTokens: boolean;
  readonly timestamps: boolean;
  readonly sections: boolean;
}

export function openJobLog(options: JobLogOptions): JobLog {
  const own = openStream(options, '00', 'O');
  const say = (prefix: string, text: string) => own.write(bytesOf(`${prefix}${text}${colours.reset}\n`));
  const marker = (edge: 'start' | 'end', name: string): void => {
    if (!options.sections) return;
    own.write(`section_${edge}:${Math.floor(Date.now() / 1000)}:${name}\r${colours.clear}`);
  };
  return {
    print: (text) => say(colours.clear, text),
    info: (text) => say(colours.boldGreen, text),
    warn: (text) => say(`${colours.yellow}WARNING: `, text),
    error: (text) => say(`${colours.boldRed}ERROR: `, text),
    async section(name, work) {
      marker('start', name);
      try {
        return await work();
      } finally {
        marker('end', name);
      }
    },
    stream: (id, type) => openStream(options, id, type),
    close: () => own.close(),
  };
}

function openStream(options: JobLogOptions, id: StreamId, type: StreamType): Sink {
  const trace: Sink = { write: (chunk) => options.trace.write(chunk), close: () => undefined };
  const stamped = options.timestamps ? stampLines(trace, { id, type }) : trace;
  const tokens = maskTokens(stamped, {
    prefixes: options.tokenPrefixes.map(bytesOf),
    defaults: options.maskDefaultTokens,
  });
  return maskValues(maskUrlParameters(tokens), options.maskedValues.map(bytesOf));
}
