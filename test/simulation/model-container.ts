// What src/in-container/*.sh does in a container, as a state machine with its bytes: one lock a script, a spool, an end record,
// followers. Conformance of the programs themselves is tested with real shells: test/stream and test/in-container.
import { createHash } from 'node:crypto';
import { type HeldProgram, type HeldSession, newHeldSession } from './model-held-session.ts';
import { faultCode, killedCode, type Session, termCode } from './program-session.ts';
import type { ScriptPlan, ScriptTruth, World } from './world.ts';
import { between, happens } from './world.ts';

interface Script {
  readonly directory: string;
  readonly plan: ScriptPlan;
  readonly truth: ScriptTruth;
  spool: Buffer;
  end: { readonly code: number; readonly size: number } | null;
  isAlive: boolean;
  followers: Set<Follower>;
}

interface Follower {
  readonly session: Session;
  offset: number;
  isOver: boolean;
  isWoken: boolean;
  /** It came when the script was over. */
  readonly isLate: boolean;
  /** Whose shell it is; null: one of its own. */
  readonly held: HeldSession | null;
}

export interface ModelContainer {
  readonly name: string;
  readonly isAlive: () => boolean;
  readonly hasLiveScript: () => boolean;
  readonly start: (session: Session, argv: readonly string[], stdin: Uint8Array) => void;
  readonly follow: (session: Session, argv: readonly string[]) => void;
  /** Serves scripts, as they come. */
  readonly hold: (session: Session, program: HeldProgram) => HeldSession;
  /** @returns whether there were any */
  readonly killHeld: () => boolean;
  readonly stopAndDrain: (session: Session, argv: readonly string[]) => void;
  /** The container's end, by whatever it comes. */
  readonly end: () => void;
}

const tokenIn = /SIM_[\w-]+/;

/** @param onStart is told of each script that begins to run */
export function newContainer(world: World, name: string, onStart: () => void): ModelContainer {
  /** `locked`: by whoever stopped it before it began; `past`: another sub-stage has begun. */
  const scripts = new Map<string, Script | 'locked' | 'past'>();
  const sessions = new Set<HeldSession>();
  let isAlive = true;

  const known = (): Script[] => [...scripts.values()].filter((script) => typeof script !== 'string');
  const wake = (script: Script, follower: Follower): void => {
    if (follower.isOver || follower.isWoken) return;
    follower.isWoken = true;
    world.clock.after(between(world, 1, happens(world, 0.3) ? 100 : 12), () => {
      follower.isWoken = false;
      if (!follower.isOver && isAlive) print(script, follower);
    });
  };
  const print = (script: Script, follower: Follower): void => {
    if (script.spool.byteLength > follower.offset) {
      follower.session.stdout(script.spool.subarray(follower.offset));
      follower.offset = script.spool.byteLength;
    }
    if (script.isAlive) return;
    follower.isOver = true;
    if (!follower.isLate) endEverything(follower, follower.held);
    if (script.end === null) {
      follower.session.stderr('fail killed');
      follower.session.exit(faultCode);
      return;
    }
    follower.session.stderr(`end ${script.end.code} ${script.end.size}`);
    (follower.session.ended ?? follower.session.exit)(script.end.code);
  };
  /** As shared/end-everything.sh: scripts and followers, but for whoever does it. */
  const endEverything = (self: Follower | null, held: HeldSession | null = null): void => {
    endHeld(held);
    for (const script of known()) {
      kill(script);
      for (const follower of script.followers) if (follower !== self) endFollower(follower);
    }
  };
  const endHeld = (but: HeldSession | null): void => {
    for (const session of [...sessions]) if (session !== but) session.kill();
  };
  const endFollower = (follower: Follower): void => {
    if (!follower.isOver) follower.session.exit(killedCode);
    follower.isOver = true;
  };
  const wakeAll = (script: Script): void => {
    for (const follower of script.followers) wake(script, follower);
  };
  const endWith = (script: Script, code: number | null): void => {
    if (!script.isAlive) return;
    script.isAlive = false;
    script.truth.isRunning = false;
    script.truth.endedAt = world.clock.now();
    if (code !== null) {
      script.end = { code, size: script.spool.byteLength };
      script.truth.exitCode = code;
    }
    wakeAll(script);
  };
  const kill = (script: Script): void => endWith(script, null);
  const play = (script: Script, at: number): void => {
    const step = script.plan.steps[at];
    world.clock.after(step?.pause ?? 1, () => {
      if (!script.isAlive || !isAlive) return;
      if (step === undefined) {
        endWith(script, script.plan.killsAll ? null : script.plan.exitCode);
        return;
      }
      script.spool = Buffer.concat([script.spool, Buffer.from(step.text)]);
      script.truth.written = script.spool;
      wakeAll(script);
      play(script, at + 1);
    });
  };
  const begin = (
    directory: string,
    stdin: Uint8Array,
    held: HeldSession | null = null,
    isAlone = false,
  ): Script => {
    const token = tokenIn.exec(Buffer.from(stdin).toString('latin1'))?.[0] ?? '';
    const plan = world.plans.get(token)!;
    const truth = world.truths.get(token) ?? {
      starts: 0,
      written: Buffer.alloc(0),
      isRunning: false,
      endedAt: Infinity,
      exitCode: null,
    };
    world.truths.set(token, truth);
    if (!isAlone) endEverything(null, held);
    for (const earlier of scripts.keys()) scripts.set(earlier, 'past');
    const script: Script = {
      directory,
      plan,
      truth,
      spool: Buffer.alloc(0),
      end: null,
      isAlive: true,
      followers: new Set(),
    };
    truth.starts += 1;
    truth.isRunning = true;
    world.tell(`${name}: ${token} starts${held ? ' in a held session' : ''}`);
    onStart();
    scripts.set(directory, script);
    play(script, 0);
    return script;
  };
  const attachTo = (
    script: Script,
    session: Session,
    offset: number,
    held: HeldSession | null = null,
  ): void => {
    session.stderr('begun');
    const first = world.mutation === 'follows-too-early' ? Math.max(0, offset - 1) : offset;
    const follower: Follower = {
      session,
      offset: first,
      isOver: false,
      isWoken: false,
      isLate: !script.isAlive,
      held,
    };
    script.followers.add(follower);
    wake(script, follower);
  };
  const find = (
    session: Session,
    directory: string,
    offset: number,
    held: HeldSession | null = null,
  ): void => {
    const script = scripts.get(directory);
    if (script === undefined || script === 'past') {
      refuse(session, 'unknown');
      return;
    }
    if (script === 'locked') {
      world.clock.after(5000, () => refuse(session, 'stuck'));
      return;
    }
    for (const follower of script.followers) endFollower(follower);
    script.followers.clear();
    endHeld(held);
    attachTo(script, session, offset, held);
  };
  const isLocked = (directory: string): boolean => scripts.has(directory) && world.mutation !== 'no-lock';
  return {
    name,
    isAlive: () => isAlive,
    hasLiveScript: () => isAlive && known().some((script) => script.isAlive),
    start: (session, [directory = '', offset = '0', size = '0', sha256 = ''], stdin) => {
      if (isLocked(directory)) find(session, directory, Number(offset));
      else if (!isWhole(stdin, Number(size), sha256)) refuse(session, 'upload');
      else attachTo(begin(directory, stdin), session, Number(offset));
    },
    hold: (session, program) => {
      const held: HeldSession = newHeldSession(
        session,
        program,
        {
          isLocked,
          find: (own, directory) => find(own, directory, 0, held),
          start: (own, directory, upload, sha256, bytes, isAlone) => {
            if (!isWhole(upload, bytes, sha256)) refuse(own, 'upload');
            else attachTo(begin(directory, upload, held, isAlone), own, 0, held);
          },
        },
        (act) => void world.clock.after(between(world, 1, 5), act),
        () => sessions.delete(held),
      );
      sessions.add(held);
      world.tell(`${name}: a session is held${program.isForOne ? ' for one script' : ''}`);
      return held;
    },
    killHeld: () => {
      const were = sessions.size > 0;
      endHeld(null);
      return were;
    },
    follow: (session, [directory = '', offset = '0']) => find(session, directory, Number(offset)),
    stopAndDrain: (session, [directory = '', grace = '0', offset = '-']) => {
      if (scripts.get(directory) === 'past') {
        session.exit(1);
        return;
      }
      if (!scripts.has(directory)) scripts.set(directory, 'locked');
      const live = known().filter((script) => script.isAlive);
      for (const script of live) {
        if (grace === '0') kill(script);
        else if (!script.plan.ignoresTerm)
          world.clock.after(between(world, 1, 50), () => endWith(script, termCode));
      }
      const isOver = (): boolean => !live.some((script) => script.isAlive);
      const finish = (): void => {
        endEverything(null);
        session.stderr('stopped');
        const script = scripts.get(directory);
        if (offset !== '-' && typeof script === 'object')
          session.stdout(script.spool.subarray(Number(offset)));
        session.exit(0);
      };
      const look = (tenths: number): void => {
        if (!isAlive) return;
        if (isOver() || tenths <= 0) finish();
        else world.clock.after(100, () => look(tenths - 1));
      };
      look(Number(grace) * 10);
    },
    end: () => {
      isAlive = false;
      endEverything(null);
    },
  };
}

function isWhole(upload: Uint8Array, bytes: number, sha256: string): boolean {
  return upload.byteLength === bytes && createHash('sha256').update(upload).digest('hex') === sha256;
}

function refuse(session: Session, fault: string): void {
  session.stderr(`fail ${fault}`);
  session.exit(faultCode);
}
