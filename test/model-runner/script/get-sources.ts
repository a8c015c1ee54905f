// get_sources: a fresh or refreshed checkout of the job's commit, the token kept out of the project's own git configuration
// (shells/abstract.go writeGetSourcesScript).
import { type Build, certificateAuthorityFileKey, tempDirOf } from '../runner/build.ts';
import { runnerVersion } from '../runner/version.ts';
import { changeOwnership, globalGitConfigFile, writeExports } from './exports.ts';
import { fetchesSources, writeGitCleanup } from './git-cleanup.ts';
import { credentialRewrites, hostOf, patternFor, withoutCredentials } from './git-urls.ts';
import type { ShellScript } from './shell-script.ts';
import { writeSubmodules } from './submodules.ts';
import { writeCommands } from './user-script.ts';

export const externalGitConfigFile = '.gitlab-runner.ext.conf';
const userAgent = `http.userAgent=${runnerVersion.name} ${runnerVersion.version} ${runnerVersion.platform}`;
/** git asks this for the password: it stands in the environment of each script. */
const credentialHelper = '!f(){ if [ "$1" = "get" ] ; then echo "password=${CI_JOB_TOKEN}" ; fi ; } ; f';

export function writeGetSources(script: ShellScript, build: Build): void {
  writeExports(script, build);
  script.variable({ key: 'GIT_TERMINAL_PROMPT', value: '0' });
  script.variable({ key: 'GCM_INTERACTIVE', value: 'Never' });
  if (build.flags.get('FF_GIT_URLS_WITHOUT_TOKENS')) writeGlobalConfig(script, build);
  writeHook(script, build, 'pre');
  if (!build.settings.gitLfsSkipSmudge) script.variable({ key: 'GIT_LFS_SKIP_SMUDGE', value: '1' });
  writeStrategy(script, build);
  writeCheckout(script, build);
  writeSubmodules(script, build);
  writeHook(script, build, 'post');
  changeOwnership(script, build, [build.rootDir]);
  forgetCredentials(script, build);
}

export function writeClearWorktree(script: ShellScript, build: Build): void {
  script.notice('Deleting tracked and untracked files...');
  script.whenDirectory(build.projectDir, () => {
    script.command('cd', build.projectDir);
    script.command('git', 'rm', '-rf', '--ignore-unmatch', '--quiet', '.');
    script.command('git', 'clean', '-ffdx', '-q');
  });
}

/** A credential helper of the job's own may have kept the token. */
export function forgetCredentials(script: ShellScript, build: Build): void {
  const request = `url=${hostOf(build)}\nusername=gitlab-ci-token`;
  script.line(`echo ${script.quote(request)} | git credential reject || true`);
}

function writeStrategy(script: ShellScript, build: Build): void {
  const { projectDir } = build;
  switch (build.settings.gitStrategy) {
    case 'none':
      script.notice('Skipping Git repository setup');
      script.command('mkdir', '-p', projectDir);
      break;
    case 'empty':
      script.notice('Skipping Git repository setup and creating an empty build directory');
      script.removeDirectory(projectDir);
      script.command('mkdir', '-p', projectDir);
      break;
    case 'clone':
    case 'fetch':
      writeGitCleanup(script, build);
      writeTemplate(script, build);
      if (build.settings.gitStrategy === 'clone') script.removeDirectory(projectDir);
      writeFetch(script, build);
  }
}

/** What `git init` copies into the project: settings, and the way to the file with the token. */
function writeTemplate(script: ShellScript, build: Build): void {
  const directory = `${tempDirOf(build)}/git-template`;
  const template = `${directory}/config`;
  const external = script.tempFile(externalGitConfigFile);
  script.command('mkdir', '-p', directory);
  if (build.config.settings.safe_directory_checkout) {
    script.command('git', 'config', '--global', '--add', 'safe.directory', build.projectDir);
  }
  script.command('git', 'config', '-f', template, 'init.defaultBranch', 'none');
  script.command('git', 'config', '-f', template, 'fetch.recurseSubmodules', 'false');
  script.command('git', 'config', '-f', template, 'credential.interactive', 'never');
  script.command('git', 'config', '-f', template, 'gc.autoDetach', 'false');
  writeExternalConfig(script, build, external);
  const include = ['--replace-all', 'include.path', external, '\\.gitlab-runner\\.ext\\.conf$'];
  script.commandExpanding('git', 'config', '--file', template, ...include);
  script.line(`export GLR_EXT_GIT_CONFIG_PATH="${external}"`);
}

function writeExternalConfig(script: ShellScript, build: Build, file: string): void {
  script.removeFile(file);
  if (build.flags.get('FF_USE_GITALY_CORRELATION_ID')) {
    const header = `X-Gitaly-Correlation-ID: ${build.correlationId}`;
    script.commandExpanding('git', 'config', '-f', file, 'http.extraHeader', header);
    script.notice(`Gitaly correlation ID: ${build.correlationId}`);
  }
  if (build.flags.get('FF_USE_GIT_BUNDLE_URIS')) {
    script.commandExpanding('git', 'config', '-f', file, 'transfer.bundleURI', 'true');
  }
  if (build.certificateAuthorityPem !== undefined) {
    const key = `http.${hostOf(build)}.sslCAInfo`;
    script.commandExpanding('git', 'config', '-f', file, key, `$${certificateAuthorityFileKey}`);
  }
  for (const { authenticated, plain } of credentialRewrites(build)) {
    const words = ['--replace-all', `url.${authenticated}.insteadOf`, plain, patternFor(plain)];
    script.commandExpanding('git', 'config', '--file', file, ...words);
  }
  if (build.flags.get('FF_GIT_URLS_WITHOUT_TOKENS')) writeCredentialHelper(script, build, file);
}

function writeCredentialHelper(script: ShellScript, build: Build, file: string): void {
  const section = `credential.${hostOf(build)}`;
  const config = `git config -f "${file}"`;
  const helper = script.quote(`${section}.helper`);
  script.checkedLine(
    `${config} --replace-all ${helper} "" && ${config} --add ${helper} ${script.quote(credentialHelper)}` +
      ` && ${config} ${script.quote(`${section}.username`)} gitlab-ci-token`,
  );
}

/** Reaches every git of the job, inside the project or not. */
function writeGlobalConfig(script: ShellScript, build: Build): void {
  const seed = script.tempFile(globalGitConfigFile);
  const external = script.tempFile(externalGitConfigFile);
  script.removeFile(seed);
  for (const own of ['$HOME/.gitconfig', '$HOME/.config/git/config']) {
    script.when(`[ -r "${own}" ]`, () =>
      script.commandExpanding('git', 'config', '--file', seed, '--add', 'include.path', own),
    );
  }
  script.commandExpanding('git', 'config', '--file', seed, '--add', 'include.path', external);
  if (fetchesSources(build)) return;
  script.removeFile(external);
  writeCredentialHelper(script, build, external);
}

function writeFetch(script: ShellScript, build: Build): void {
  const { git_info: git } = build.payload;
  const remote = withoutCredentials(build);
  const withDepth = git.depth > 0 ? ` with git depth set to ${git.depth}` : '';
  const format = git.repo_object_format === 'sha1' ? [] : ['--object-format', git.repo_object_format];
  script.notice(`Fetching changes${withDepth}...`);
  script.command(
    'git',
    'init',
    build.projectDir,
    '--template',
    `${tempDirOf(build)}/git-template`,
    ...format,
  );
  script.command('cd', build.projectDir);
  script.whenSilent(
    ['git', 'remote', 'add', 'origin', remote],
    () => script.notice('Created fresh repository.'),
    () => {
      script.command('git', 'remote', 'set-url', 'origin', remote);
      const include = ['include.path', '$GLR_EXT_GIT_CONFIG_PATH', '\\.gitlab-runner\\.ext\\.conf$'];
      script.commandExpanding('git', 'config', '--file', '.git/config', '--replace-all', ...include);
    },
  );
  const words = ['-c', userAgent, 'fetch', 'origin', '--no-recurse-submodules', ...git.refspecs];
  const flags = build.settings.gitFetchExtraFlags;
  if (git.depth > 0) {
    script.command('git', ...words, '--depth', String(git.depth), ...flags);
    return;
  }
  script.when(
    '[ -e ".git/shallow" ]',
    () => script.command('git', ...words, ...flags, '--unshallow'),
    () => script.command('git', ...words, ...flags),
  );
}

function writeCheckout(script: ShellScript, build: Build): void {
  const { sha, ref } = build.payload.git_info;
  if (!fetchesSources(build) || !build.settings.gitCheckout) {
    script.notice('Skipping Git checkout');
    return;
  }
  script.notice(`Checking out ${sha.slice(0, 8)} as detached HEAD (ref is ${ref})...`);
  script.command('git', '-c', 'submodule.recurse=false', 'checkout', '-f', '-q', sha);
  const { gitCleanFlags } = build.settings;
  if (gitCleanFlags.length > 0) script.command('git', 'clean', ...gitCleanFlags);
  if (build.settings.gitLfsSkipSmudge) return;
  script.whenSilent(['git', 'lfs', 'version'], () => {
    script.command('git', 'lfs', 'pull');
    script.line('echo');
  });
}

/** The runner's own hook scripts and the job's `hooks:`, in the order that keeps the runner's outside. */
function writeHook(script: ShellScript, build: Build, when: 'pre' | 'post'): void {
  const own = build.config.settings[`${when}_get_sources_script`];
  const jobs = build.payload.hooks.find((hook) => hook.name === `${when}_get_sources_script`)?.script ?? [];
  const lines = when === 'pre' ? [...(own ? [own] : []), ...jobs] : [...jobs, ...(own ? [own] : [])];
  if (fetchesSources(build)) writeCommands(script, build, { section: `${when}_clone_script`, lines });
}
