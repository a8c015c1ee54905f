// One attempt to have an executor: its temp dir and job response file, config, prepare; then run for each sub-stage, and cleanup
// (executors/custom/custom.go).
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotWriteScript } from '../script/cannot-write-script.ts';
import { scriptFor } from '../script/script-for.ts';
import type { Sink } from '../trace/sink.ts';
import { type Build, placeBuild } from './build.ts';
import { type AttemptFiles, callEnvironment } from './call-environment.ts';
import { type ConfigAnswer, readConfigAnswer } from './config-answer.ts';
import { type Context, childContext } from './context.ts';
import { type Failure, systemFailure } from './failure.ts';
import { responseFileText } from './response-file.ts';
import type { SubStage } from './sub-stage.ts';
import type { JobWorld } from './world.ts';

export interface Attempt {
  prepare(context: Context): Promise<Failure | null>;
  /** `skipped`: there was nothing to do, and nothing was called. */
  run(subStage: SubStage, context: Context): Promise<Failure | null>;
  cleanup(): Promise<void>;
}

/** What config left of the settings, and the environment it asked for. */
interface Configured {
  answer: ConfigAnswer;
}

export function newAttempt(world: JobWorld): Attempt {
  const files = makeFiles(world);
  const configured: Configured = { answer: {} };
  return {
    prepare: (context) => prepareAttempt({ world, files, configured, context }),
    run: (subStage, context) => runSubStage({ world, files, configured, context }, subStage),
    cleanup: () => cleanUp({ world, files, configured, context: childContext(null) }),
  };
}

interface Scene {
  readonly world: JobWorld;
  readonly files: AttemptFiles;
  readonly configured: Configured;
  readonly context: Context;
}

function makeFiles({ tempDir, build }: JobWorld): AttemptFiles {
  const dir = mkdtempSync(join(tempDir, 'custom-executor'));
  chmodSync(dir, 0o700);
  const responseFile = join(dir, 'response.json');
  writeFileSync(responseFile, responseFileText(build.payload), { mode: 0o600 });
  return { dir, responseFile, codeFile: join(dir, 'build_exit_code') };
}

async function prepareAttempt(scene: Scene): Promise<Failure | null> {
  const { world, configured } = scene;
  const failure = (await configure(scene)) ?? placeAttempt(world.build, configured.answer);
  if (failure) return failure;
  if (!world.executor.prepare) return null;
  return await callExecutor(scene, {
    name: 'prepare',
    argv: world.executor.prepare,
    timeoutMs: world.build.config.execTimeoutMs.prepare,
    stdout: world.log.stream('00', 'O'),
    stderr: world.log.stream('00', 'E'),
  });
}

async function configure(scene: Scene): Promise<Failure | null> {
  const { world, configured } = scene;
  if (world.executor.config) {
    const answer: string[] = [];
    const failure = await callExecutor(scene, {
      name: 'config',
      argv: world.executor.config,
      timeoutMs: world.build.config.execTimeoutMs.config,
      stdout: { write: (chunk) => void answer.push(chunk), close: () => undefined },
      stderr: world.log.stream('00', 'E'),
    });
    if (failure) return failure;
    const read = readConfigAnswer(Buffer.from(answer.join(''), 'latin1').toString('utf8'));
    if ('failure' in read) return read.failure;
    configured.answer = read.answer;
  }
  world.build.hostname = configured.answer.hostname ?? world.build.hostname;
  const { name, version } = configured.answer.driver ?? {};
  const driver =
    name === undefined ? '' : ` with driver ${name}${version === undefined ? '' : ` ${version}`}`;
  world.log.print(`Using Custom executor${driver}...`);
  return null;
}

function placeAttempt(build: Build, answer: ConfigAnswer): Failure | null {
  const { settings } = build.config;
  const failure = placeBuild(build, {
    buildsDir: answer.builds_dir ?? settings.builds_dir ?? '',
    cacheDir: answer.cache_dir ?? settings.cache_dir ?? '',
    isShared: answer.builds_dir_is_shared ?? false,
  });
  if (failure) return failure;
  const shell = answer.shell ?? settings.shell ?? '';
  if (shell !== '' && shell !== 'bash' && shell !== 'sh') return systemFailure(`shell ${shell} not found`);
  build.shell = shell === '' ? 'bash' : shell;
  return null;
}

async function runSubStage(scene: Scene, subStage: SubStage): Promise<Failure | null> {
  const { world, files } = scene;
  const script = writtenScript(world.build, subStage);
  if (script === null || typeof script === 'object') return script;
  return await world.log.section(subStage.name, async () => {
    world.log.print(subStage.title);
    const scriptFile = join(mkdtempSync(join(files.dir, 'script')), 'script');
    writeFileSync(scriptFile, script, { mode: 0o700 });
    if (subStage.argument !== subStage.name) {
      world.log.warn(
        "Starting with version 17.0 the 'build_script' stage will be replaced with 'step_script': " +
          'https://gitlab.com/groups/gitlab-org/-/epics/6112',
      );
    }
    return await callExecutor(scene, {
      name: 'run',
      subStage: subStage.argument,
      argv: [...world.executor.run, scriptFile, subStage.argument],
      stdout: world.log.stream('01', 'O'),
      stderr: world.log.stream('01', 'E'),
    });
  });
}

function writtenScript(build: Build, subStage: SubStage): string | Failure | null {
  try {
    return scriptFor(build, subStage);
  } catch (error) {
    if (error instanceof CannotWriteScript) return systemFailure(error.message);
    throw error;
  }
}

/** Neither the job's timeout nor a cancel touches it; its end changes nothing but a warning. */
async function cleanUp(scene: Scene): Promise<void> {
  const { world, files } = scene;
  if (world.executor.cleanup) {
    const failure = await callExecutor(scene, {
      name: 'cleanup',
      argv: world.executor.cleanup,
      timeoutMs: world.build.config.execTimeoutMs.cleanup,
      stdout: runnerLogSink(world, 'out'),
      stderr: runnerLogSink(world, 'err'),
    });
    if (failure) world.log.warn(`Cleanup script failed: ${failure.text}`);
  }
  scene.context.cancel();
  rmSync(files.dir, { recursive: true, force: true });
}

interface ExecutorCall {
  readonly name: 'config' | 'prepare' | 'run' | 'cleanup';
  readonly subStage?: string;
  readonly argv: readonly string[];
  readonly timeoutMs?: number;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

async function callExecutor(scene: Scene, call: ExecutorCall): Promise<Failure | null> {
  const { world, files, configured } = scene;
  const { config } = world.build;
  const context = childContext(scene.context, { timeoutMs: call.timeoutMs ?? Infinity });
  const failure = await world.runner.call({
    ...call,
    subStage: call.subStage ?? null,
    context,
    cwd: files.dir,
    inheritedEnv: world.env,
    ownEnv: callEnvironment(world.build, { files, jobEnv: configured.answer.job_env ?? {} }),
    gracefulKillMs: config.gracefulKillMs,
    forceKillMs: config.forceKillMs,
    codeFile: files.codeFile,
  });
  context.cancel();
  call.stdout.close();
  call.stderr.close();
  return failure;
}

function runnerLogSink({ runner }: JobWorld, stream: 'out' | 'err'): Sink {
  const chunks: string[] = [];
  return {
    write: (chunk) => void chunks.push(chunk),
    close() {
      const text = Buffer.from(chunks.join(''), 'latin1').toString('utf8');
      for (const line of text.split('\n')) if (line !== '') runner.log.push(`cleanup_std=${stream} ${line}`);
    },
  };
}
