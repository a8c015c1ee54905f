// One exec connection: frames in order, broken anywhere. What runs in the container does not notice.
import type { ExecOptions, ExecResult } from '../../src/cluster/cluster.ts';
import {
  endProcessOneProgram,
  inspectBuildProgram,
  inspectHelperProgram,
  stopAndDrainProgram,
  superviseProgram,
} from '../../src/in-container/programs.generated.ts';
import type { Session } from './model-container.ts';
import type { ModelPod } from './model-pod.ts';
import type { SimProcess } from './sim-process.ts';
import { between, happens, type World } from './world.ts';

type Frame =
  | { readonly to: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly to: 'status'; readonly result: ExecResult };

export interface ExecConnection {
  readonly owner: SimProcess;
  readonly pod: string;
  /** `silent`: nothing arrives any more, and nobody says so. */
  readonly cut: (how: 'reset' | 'silent' | 'false status') => void;
}

const helperSays =
  'uid_map 0 529072128 65536\ngid_map 0 529072128 65536\nuid 1000\nshell /bin/sh\nrunner Version: 19.4.0\nanswered\n';
const buildSays = 'shell /usr/bin/sh\nanswered\n';

/** Two unanswered pings. */
const silenceMilliseconds = 7000;

interface Opened {
  readonly world: World;
  readonly owner: SimProcess;
  readonly pod: ModelPod;
  readonly options: ExecOptions;
  readonly connections: Set<ExecConnection>;
}

/** The client has given up; a busy node starts the program all the same, seconds later, with what had arrived of its stdin. */
export function runLate(opened: Pick<Opened, 'world' | 'pod' | 'options'>): void {
  const { world, pod, options } = opened;
  const nowhere: Session = { stdout: () => undefined, stderr: () => undefined, exit: () => undefined };
  void sendStdin(world, options).then((stdin) =>
    world.clock.after(between(world, 1, 20_000), () => {
      world.tell(`a program that nobody waits for starts in ${options.container}`);
      runProgram({ world, pod, session: nowhere, options }, stdin);
    }),
  );
}

/** The connection stands from here on. */
export function openExec({ world, owner, pod, options, connections }: Opened): Promise<ExecResult> {
  const { promise, resolve } = Promise.withResolvers<ExecResult>();
  let frames: Frame[] = [];
  let isOpen = true;
  let isPumping = false;
  let isTaking = false;
  let end: ExecResult | null = null;
  const finish = (result: ExecResult): void => {
    if (end !== null) return;
    end = result;
    isOpen = false;
    frames = [];
    connections.delete(connection);
    if (!isTaking) owner.deliver(() => resolve(result));
  };
  const lose = (message: string): void => finish({ kind: 'lost', message });
  const take = (frame: Frame): void => {
    if (frame.to === 'status') {
      finish(frame.result);
      return;
    }
    isTaking = true;
    owner.deliver(() => {
      void Promise.resolve(options[frame.to](frame.bytes)).then(
        () => taken(),
        () => {
          taken();
          lose('its output is not taken any more');
        },
      );
    });
  };
  const taken = (): void => {
    isTaking = false;
    if (end !== null) {
      const result = end;
      owner.deliver(() => resolve(result));
    } else pump();
  };
  const pump = (): void => {
    if (isPumping || isTaking || !isOpen || frames.length === 0) return;
    isPumping = true;
    world.clock.after(between(world, 0, world.weather.latency), () => {
      isPumping = false;
      const frame = frames[0];
      if (!isOpen || frame === undefined) return;
      if (happens(world, world.weather.cut)) {
        connection.cut(world.chance.oneOf(['reset', 'silent']));
        return;
      }
      take(nextPart(world, frames));
    });
  };
  const send = (frame: Frame): void => {
    if (!isOpen) return;
    frames.push(frame);
    pump();
  };
  const session: Session = {
    stdout: (bytes) => {
      if (bytes.byteLength > 0) send({ to: 'stdout', bytes });
    },
    stderr: (line) => send({ to: 'stderr', bytes: Buffer.from(`${line}\n`) }),
    exit: (code) => send({ to: 'status', result: { kind: 'exited', code } }),
  };
  const connection: ExecConnection = {
    owner,
    pod: pod.name,
    cut: (how) => {
      world.tell(`connection of ${owner.name}: ${how}`);
      if (how === 'false status') send({ to: 'status', result: { kind: 'exited', code: 0 } });
      else if (how === 'reset') lose('the connection was reset');
      else {
        isOpen = false;
        frames = [];
        world.clock.after(silenceMilliseconds, () => lose('the API server does not answer any more'));
      }
    },
  };
  connections.add(connection);
  owner.onEnd(() => {
    isOpen = false;
    connections.delete(connection);
  });
  options.signal?.addEventListener('abort', () => lose('ended by the caller'), { once: true });
  void sendStdin(world, options).then((stdin) =>
    world.clock.after(between(world, 0, world.weather.latency), () => {
      runProgram(
        { world, pod, session, options },
        isOpen ? stdin : stdin.subarray(0, between(world, 0, stdin.byteLength)),
      );
      if (happens(world, world.weather.falseStatus)) connection.cut('false status');
    }),
  );
  return promise;
}

/** A piece of what waits: bytes come in pieces of any size. */
function nextPart(world: World, frames: Frame[]): Frame {
  const [first] = frames;
  if (first === undefined || first.to === 'status' || first.bytes.byteLength < 2 || !happens(world, 0.2))
    return frames.shift()!;
  const size = between(world, 1, first.bytes.byteLength);
  frames[0] = { to: first.to, bytes: first.bytes.subarray(size) };
  return { to: first.to, bytes: first.bytes.subarray(0, size) };
}

async function sendStdin(world: World, { stdin }: ExecOptions): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  if (stdin instanceof Uint8Array) parts.push(stdin);
  else for await (const part of stdin) parts.push(Buffer.from(part));
  const whole = Buffer.concat(parts);
  const isCut = whole.byteLength > 0 && happens(world, world.weather.cut);
  return isCut ? whole.subarray(0, between(world, 0, whole.byteLength)) : whole;
}

interface Program {
  readonly world: World;
  readonly pod: ModelPod;
  readonly session: Session;
  readonly options: ExecOptions;
}

function runProgram({ world, pod, session, options }: Program, stdin: Uint8Array): void {
  const { command } = options;
  const container = pod.container(options.container);
  if (!container?.isAlive()) {
    session.exit(137);
    return;
  }
  const wordsOf = (program: string): readonly string[] | null => {
    const at = command.indexOf(program);
    // Behind it stands `$0`.
    return at < 0 ? null : command.slice(at + 2);
  };
  const supervise = wordsOf(superviseProgram);
  const stop = wordsOf(stopAndDrainProgram);
  if (supervise?.[0] === 'start') container.start(session, supervise.slice(1), stdin);
  else if (supervise) container.follow(session, supervise.slice(1));
  else if (stop) container.stopAndDrain(session, stop);
  else if (wordsOf(endProcessOneProgram)) endOne(world, pod, session, options.container);
  else if (wordsOf(inspectHelperProgram)) answer(session, helperSays);
  else if (wordsOf(inspectBuildProgram)) answer(session, buildSays);
  else world.faults.push(`the model knows no program like ${command.slice(0, 3).join(' ')}`);
}

function endOne(world: World, pod: ModelPod, session: Session, container: string): void {
  session.exit(137);
  world.clock.after(between(world, 0, 30), () =>
    pod.endContainer(container, { exitCode: 143, reason: 'Error' }),
  );
}

function answer(session: Session, text: string): void {
  session.stdout(Buffer.from(text));
  session.exit(0);
}
