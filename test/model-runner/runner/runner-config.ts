// The runner's settings with its defaults, times in milliseconds (GitLab Runner: common/config.go, common/consts.go).
import type { Pauses, RunnerSettings } from '../options.ts';

export interface RunnerConfig {
  readonly name: string;
  /** The first nine characters of the token, without its prefix. */
  readonly shortToken: string;
  readonly systemId: string;
  readonly settings: RunnerSettings;
  readonly outputLimitBytes: number;
  readonly shutdownMs: number;
  readonly gracefulKillMs: number;
  readonly forceKillMs: number;
  readonly execTimeoutMs: { readonly config: number; readonly prepare: number; readonly cleanup: number };
  readonly pauses: Pauses;
}

const defaultToken = 'glrt-modelrunnertoken0000';

export function readRunnerConfig(settings: RunnerSettings): RunnerConfig {
  return {
    name: settings.name ?? 'model-runner',
    shortToken: shortenToken(settings.token ?? defaultToken),
    systemId: settings.system_id ?? 's_000000000000',
    settings,
    outputLimitBytes: (settings.output_limit ?? 4096) * 1024,
    shutdownMs: milliseconds(settings.shutdown_timeout, 30),
    gracefulKillMs: milliseconds(settings.graceful_kill_timeout, 600),
    forceKillMs: milliseconds(settings.force_kill_timeout, 10),
    execTimeoutMs: {
      config: milliseconds(settings.config_exec_timeout, 3600),
      prepare: milliseconds(settings.prepare_exec_timeout, 3600),
      cleanup: milliseconds(settings.cleanup_exec_timeout, 3600),
    },
    pauses: {
      preparationRetryMs: 3000,
      stageRetryMs: 5000,
      traceUpdateMs: 3000,
      traceForceSendMs: 30_000,
      buildFinishMs: 300_000,
      ...settings.pauses,
    },
  };
}

/** Nought and less mean the default. */
function milliseconds(seconds: number | undefined, fallback: number): number {
  return (seconds !== undefined && seconds > 0 ? seconds : fallback) * 1000;
}

/** What the log and the paths show of a token (GitLab Runner: helpers/shorten_token.go). */
function shortenToken(token: string): string {
  return token.replace(/^glrt-(t[123]_)?|^t[123]_|^glrtr-|^glcbt-/, '').slice(0, 9);
}
