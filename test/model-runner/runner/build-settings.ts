// What a job's variables ask of the runner itself (GitLab Runner: common/build_settings.go).
import { parseGoBool } from './feature-flags.ts';

export interface BuildSettings {
  readonly gitStrategy: 'clone' | 'fetch' | 'none' | 'empty';
  readonly gitClonePath: string;
  readonly gitCheckout: boolean;
  readonly gitCleanFlags: readonly string[];
  readonly gitFetchExtraFlags: readonly string[];
  readonly gitLfsSkipSmudge: boolean;
  readonly submodules: {
    /** `invalid`: no script can be made of it. */
    readonly strategy: 'none' | 'normal' | 'recursive' | 'invalid';
    readonly paths: readonly string[];
    readonly depth: number;
    readonly updateFlags: readonly string[];
    readonly forceHttps: boolean;
  };
  readonly attempts: {
    readonly getSources: number;
    readonly restoreCache: number;
    readonly artifactDownload: number;
  };
  readonly afterScriptIgnoreErrors: boolean;
  readonly cacheRequestTimeout: number;
  readonly debugTrace: boolean;
  readonly debugServices: boolean;
  /** In the runner's words: printed as one warning. */
  readonly mistakes: readonly string[];
}

/** `read` gives a job variable's value, '' when there is none. */
export function readBuildSettings(
  read: (name: string) => string,
  defaults: { readonly allowGitFetch: boolean; readonly depth: number },
): BuildSettings {
  const mistakes: string[] = [];
  const settings = readers(read, mistakes);
  // In the runner's order, which is that of the warnings.
  const debugServices = settings.bool('CI_DEBUG_SERVICES', false);
  const debugTrace = settings.bool('CI_DEBUG_TRACE', false);
  const defaultStrategy = defaults.allowGitFetch ? 'fetch' : 'clone';
  return {
    debugServices,
    debugTrace,
    gitStrategy: settings.choice('GIT_STRATEGY', ['clone', 'fetch', 'none', 'empty'], defaultStrategy, {
      value: defaultStrategy,
      said: `, using default value '${defaultStrategy}'`,
    }),
    gitClonePath: read('GIT_CLONE_PATH'),
    gitCheckout: settings.bool('GIT_CHECKOUT', true),
    gitCleanFlags: settings.flags('GIT_CLEAN_FLAGS', ['-ffdx']),
    gitFetchExtraFlags: settings.flags('GIT_FETCH_EXTRA_FLAGS', ['--prune', '--quiet']),
    gitLfsSkipSmudge: settings.bool('GIT_LFS_SKIP_SMUDGE', false),
    submodules: {
      strategy: settings.choice('GIT_SUBMODULE_STRATEGY', ['normal', 'recursive', 'none'], 'none', {
        value: 'invalid',
      }),
      paths: settings.flags('GIT_SUBMODULE_PATHS', []),
      depth: settings.integer('GIT_SUBMODULE_DEPTH', defaults.depth),
      updateFlags: settings.flags('GIT_SUBMODULE_UPDATE_FLAGS', []),
      forceHttps: settings.bool('GIT_SUBMODULE_FORCE_HTTPS', false),
    },
    attempts: {
      getSources: settings.attempts('GET_SOURCES_ATTEMPTS'),
      restoreCache: settings.attempts('RESTORE_CACHE_ATTEMPTS'),
      artifactDownload: settings.attempts('ARTIFACT_DOWNLOAD_ATTEMPTS'),
    },
    afterScriptIgnoreErrors: settings.bool('AFTER_SCRIPT_IGNORE_ERRORS', true),
    cacheRequestTimeout: settings.integer('CACHE_REQUEST_TIMEOUT', 10),
    mistakes,
  };
}

function readers(read: (name: string) => string, mistakes: string[]) {
  const wrong = <T>(name: string, expected: string, used: T): T => {
    mistakes.push(`${name}: expected ${expected} got "${read(name)}", using default value: ${String(used)}`);
    return used;
  };
  const integer = (name: string, fallback: number): number => {
    const text = read(name);
    if (text === '') return fallback;
    return /^[+-]?\d+$/.test(text) ? Number(text) : wrong(name, 'int', fallback);
  };
  return {
    integer,
    bool: (name: string, fallback: boolean): boolean =>
      read(name) === '' ? fallback : (parseGoBool(read(name)) ?? wrong(name, 'bool', fallback)),
    flags(name: string, fallback: readonly string[]): readonly string[] {
      const text = read(name);
      if (text === 'none') return [];
      return text === '' ? fallback : text.split(/\s+/).filter((word) => word !== '');
    },
    choice<T extends string, Other extends string>(
      name: string,
      allowed: readonly T[],
      fallback: T,
      otherwise: { readonly value: Other; readonly said?: string },
    ): T | Other {
      const text = read(name);
      const chosen = text === '' ? fallback : allowed.find((word) => word === text);
      if (chosen !== undefined) return chosen;
      const words = allowed.map((word) => `'${word}'`);
      const either = `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
      mistakes.push(`${name}: expected either ${either} got "${text}"${otherwise.said ?? ''}`);
      return otherwise.value;
    },
    attempts(name: string): number {
      const wanted = integer(name, 1);
      const clamped = Math.min(10, Math.max(1, wanted));
      if (clamped !== wanted) {
        mistakes.push(`${name}: number of attempts out of the range [1, 10], clamping to: ${clamped}`);
      }
      return clamped;
    },
  };
}
