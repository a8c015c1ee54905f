// First file of the program, plain enough for any Node: says what is wrong with an old one before newer syntax is read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `Cannot start gitlab-pod-executor: ${process.execPath} is Node ${process.versions.node}, and 22.19 or newer is needed. ` +
      'Install a newer Node, or set GITLAB_POD_EXECUTOR_NODE to the path of one.\n',
  );
  process.exitCode = Number(process.env.SYSTEM_FAILURE_EXIT_CODE) || 2;
} else {
  rememberCompiledCode();
  await import('./main.mjs');
}

/**
 * Compiled code is kept in the runner's own cache directory, where no job reaches: about a tenth of each stage's start. A directory
 * that cannot be written is no harm. Under /proc Node would look for a place for ever.
 */
function rememberCompiledCode() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const cache = XDG_CACHE_HOME || (HOME && `${HOME}/.cache`);
  if (!cache || !cache.startsWith('/') || cache.startsWith('/proc/')) return;
  process.getBuiltinModule('node:module').enableCompileCache(`${cache}/gitlab-pod-executor`);
}
