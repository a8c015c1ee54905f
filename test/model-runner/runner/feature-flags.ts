// GitLab Runner 19.4's feature flags, in its order, with their defaults (helpers/featureflags/flags.go).
import type { Variable } from './variables.ts';

const on = [
  'FF_USE_DIRECT_DOWNLOAD',
  'FF_USE_FASTZIP',
  'FF_USE_POD_ACTIVE_DEADLINE_SECONDS',
  'FF_SECRET_RESOLVING_FAILS_IF_MISSING',
  'FF_USE_GIT_BUNDLE_URIS',
  'FF_USE_DOCKER_AUTOSCALER_DIAL_STDIO',
  'FF_TIMESTAMPS',
  'FF_MASK_ALL_DEFAULT_TOKENS',
  'FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY',
  'FF_USE_ADAPTIVE_REQUEST_CONCURRENCY',
  'FF_USE_GITALY_CORRELATION_ID',
  'FF_ENABLE_JOB_INPUTS_INTERPOLATION',
];

const names = [
  'FF_TEST_FEATURE',
  'FF_NETWORK_PER_BUILD',
  'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY',
  'FF_USE_DIRECT_DOWNLOAD',
  'FF_USE_FASTZIP',
  'FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR',
  'FF_ENABLE_BASH_EXIT_CODE_CHECK',
  'FF_USE_WINDOWS_LEGACY_PROCESS_STRATEGY',
  'FF_USE_LEGACY_BASH_EVAL',
  'FF_USE_POWERSHELL_PATH_RESOLVER',
  'FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL',
  'FF_SCRIPT_SECTIONS',
  'FF_ENABLE_JOB_CLEANUP',
  'FF_KUBERNETES_HONOR_ENTRYPOINT',
  'FF_POSIXLY_CORRECT_ESCAPES',
  'FF_RESOLVE_FULL_TLS_CHAIN',
  'FF_DISABLE_POWERSHELL_STDIN',
  'FF_USE_POD_ACTIVE_DEADLINE_SECONDS',
  'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION',
  'FF_SECRET_RESOLVING_FAILS_IF_MISSING',
  'FF_PRINT_POD_EVENTS',
  'FF_USE_GIT_BUNDLE_URIS',
  'FF_USE_GIT_NATIVE_CLONE',
  'FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR',
  'FF_USE_INIT_WITH_DOCKER_EXECUTOR',
  'FF_LOG_IMAGES_CONFIGURED_FOR_JOB',
  'FF_USE_DOCKER_AUTOSCALER_DIAL_STDIO',
  'FF_CLEAN_UP_FAILED_CACHE_EXTRACT',
  'FF_USE_WINDOWS_JOB_OBJECT',
  'FF_TIMESTAMPS',
  'FF_DISABLE_AUTOMATIC_TOKEN_ROTATION',
  'FF_USE_LEGACY_GCS_CACHE_ADAPTER',
  'FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR',
  'FF_USE_LEGACY_S3_CACHE_ADAPTER',
  'FF_GIT_URLS_WITHOUT_TOKENS',
  'FF_WAIT_FOR_POD_TO_BE_REACHABLE',
  'FF_MASK_ALL_DEFAULT_TOKENS',
  'FF_EXPORT_HIGH_CARDINALITY_METRICS',
  'FF_USE_FLEETING_ACQUIRE_HEARTBEATS',
  'FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY',
  'FF_USE_ADAPTIVE_REQUEST_CONCURRENCY',
  'FF_USE_GITALY_CORRELATION_ID',
  'FF_USE_GIT_PROACTIVE_AUTH',
  'FF_HASH_CACHE_KEYS',
  'FF_ENABLE_JOB_INPUTS_INTERPOLATION',
  'FF_USE_JOB_ROUTER',
  'FF_SCRIPT_TO_STEP_MIGRATION',
  'FF_USE_PARALLEL_CACHE_TRANSFER',
  'FF_USE_PARALLEL_ARTIFACT_TRANSFER',
  'FF_CONCRETE',
  'FF_SUSPENDABLE_ENVIRONMENTS',
  'FF_USE_NATIVE_CONTAINER_STOP',
];

export type FeatureFlags = ReadonlyMap<string, boolean>;

/** config.toml wins over the job's variables, those over the default; `jobVariable` reads a job variable. */
export function resolveFeatureFlags(
  configured: Readonly<Record<string, boolean>>,
  jobVariable: (name: string) => string,
): FeatureFlags {
  return new Map(
    names.map((name) => [name, configured[name] ?? parseGoBool(jobVariable(name)) ?? on.includes(name)]),
  );
}

export function featureFlagVariables(flags: FeatureFlags): readonly Variable[] {
  return [...flags].map(([key, value]) => ({ key, value: String(value), public: true }));
}

export function isFeatureFlag(name: string): boolean {
  return names.includes(name);
}

/** `FF_X:true` for each flag that is not at its default, as the log's head names them. */
export function changedFlags(flags: FeatureFlags): string {
  const changed = [...flags].filter(([name, value]) => value !== on.includes(name));
  return changed.map(([name, value]) => `${name}:${value}`).join(', ');
}

/** What Go's strconv.ParseBool takes. */
export function parseGoBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}
