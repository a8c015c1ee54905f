// First file of the program, plain enough for any Node: says what is wrong with an old one before newer syntax is read.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  fail(
    `${process.execPath} is Node ${process.versions.node}, and 22.19 or newer is needed. ` +
      'Install a newer Node, or set GITLAB_POD_EXECUTOR_NODE to the path of one.',
  );
} else {
  try {
    await import('./main.mjs');
  } catch (error) {
    // Node's own exit code 1 would blame the job's author.
    fail(
      `${error.message}. If a part of ${import.meta.dirname} is missing, install it again, and never under running jobs.\n${error.stack}`,
    );
  }
}

function fail(why) {
  process.stderr.write(`Cannot start gitlab-pod-executor: ${why}\n`);
  process.exitCode = Number(process.env.SYSTEM_FAILURE_EXIT_CODE) || 2;
}
