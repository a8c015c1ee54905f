// One exec connection: frames in order, broken anywhere. What runs in the container does not notice.
import type { ExecOptions, ExecResult } from '../../src/cluster/cluster.ts';
import {
  endProcessOneProgram,
  inspectBuildProgram,
  inspectHelperProgram,
  runFromStdinProgram,
  stopAndDrainProgram,
  superviseProgram,
} from '../../src/in-container/programs.generated.ts';
import { helperContainer } from '../../src/layout/container-names.ts';
import type { HeldProgram, HeldSession } from './model-held-session.ts';
import type { ModelPod } from './model-pod.ts';
import type { Session } from './program-session.ts';
import type { SimProcess } from './sim-process.ts';
import { between, happens, pause, type World } from './world.ts';

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

const nowhere: Session = { stdout: () => undefined, stderr: () => undefined, exit: () => undefined };

/** null: no session. */
function heldProgramOf({ command, container }: ExecOptions): HeldProgram | null {
  const at = command.indexOf(runFromStdinProgram);
  if (at < 0) return null;
  const [bytes, way, , readyFile] = command.slice(at + 2);
  const answer = container === helperContainer ? helperSays : buildSays;
  return { bytes: Number(bytes), answer: readyFile ? answer : 'answered\n', isForOne: way === 'held-once' };
}

/** The client has given up; a busy node starts the program all the same, seconds later, with what had arrived of its stdin. */
export function runLate(opened: Pick<Opened, 'world' | 'pod' | 'options'>): void {
  const { world, pod, options } = opened;
  const program = heldProgramOf(options);
  if (program) {
    holdLate(opened, program);
    return;
  }
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
  let isSilent = false;
  let end: ExecResult | null = null;
  /** Of the exec's stdin in the container, once that notices. */
  let endInput = (): void => undefined;
  const finish = (result: ExecResult): void => {
    if (end !== null) return;
    end = result;
    isOpen = false;
    frames = [];
    connections.delete(connection);
    if (!isSilent) world.clock.after(between(world, 0, 500), () => endInput());
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
        isSilent = true;
        frames = [];
        world.clock.after(silenceMilliseconds, () => lose('the API server does not answer any more'));
      }
    },
  };
  connections.add(connection);
  owner.onEnd(() => {
    isOpen = false;
    connections.delete(connection);
    world.clock.after(between(world, 0, 500), () => endInput());
  });
  options.signal?.addEventListener('abort', () => lose('ended by the caller'), { once: true });
  const program = heldProgramOf(options);
  if (program) {
    world.clock.after(between(world, 0, world.weather.latency), () => {
      const held = pod.container(options.container)?.hold(session, program);
      if (!held) return;
      endInput = held.endInput;
      if (isOpen)
        owner.deliver(() => void feed({ world, owner, options, held, isOpen: () => isOpen, connection }));
      else held.endInput();
      if (happens(world, world.weather.falseStatus)) connection.cut('false status');
    });
    return promise;
  }
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

/** The connection of a session that is held: what is sent over it comes piece by piece, for as long as it stands. */
async function feed({
  world,
  owner,
  options: { stdin },
  held,
  isOpen,
  connection,
}: Pick<Opened, 'world' | 'owner' | 'options'> & {
  readonly held: HeldSession;
  readonly isOpen: () => boolean;
  readonly connection: ExecConnection;
}): Promise<void> {
  for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
    await pause(world, owner, between(world, 0, world.weather.latency));
    if (!isOpen()) return;
    const isCut = happens(world, world.weather.cut);
    held.push(isCut ? chunk.subarray(0, between(world, 0, chunk.byteLength)) : chunk);
    if (isCut) connection.cut(world.chance.oneOf(['reset', 'silent']));
  }
}

/** A session that a busy node begins when nobody waits for it: what had been sent until then may have arrived. */
function holdLate(
  { world, pod, options }: Pick<Opened, 'world' | 'pod' | 'options'>,
  program: HeldProgram,
): void {
  const sent = (options.stdin as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().next();
  void sent.then(({ value }: { readonly value?: Uint8Array }) =>
    world.clock.after(between(world, 1, 20_000), () => {
      world.tell(`a session that nobody waits for is held in ${options.container}`);
      const container = pod.container(options.container);
      if (!container?.isAlive() || value === undefined) return;
      const held = container.hold(nowhere, program);
      held.push(
        value.subarray(0, happens(world, 0.5) ? value.byteLength : between(world, 0, value.byteLength)),
      );
      held.endInput();
    }),
  );
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
