// The script of a sub-stage, as `run` gets it.

import type { Build } from '../runner/build.ts';
import { goQuote } from '../runner/go-words.ts';
import type { SubStage } from '../runner/sub-stage.ts';
import { writeDownloadArtifacts, writeUploadArtifacts } from './artifacts.ts';
import { writeArchiveCache, writeRestoreCache } from './cache.ts';
import { writeCleanup } from './cleanup.ts';
import { gitlabEnvFile } from './exports.ts';
import { writeClearWorktree, writeGetSources } from './get-sources.ts';
import { type ShellScript, startScript } from './shell-script.ts';
import { writeAfterScript, writeUserScript } from './user-script.ts';

/** Writes the sub-stage's lines; false: there is nothing to do. */
type Writer = (script: ShellScript, build: Build) => boolean;

const writers: Readonly<Record<string, Writer>> = {
  prepare_script: always(writePrepareScript),
  get_sources: always(writeGetSources),
  clear_worktree: always(writeClearWorktree),
  restore_cache: writeRestoreCache,
  download_artifacts: writeDownloadArtifacts,
  after_script: writeAfterScript,
  archive_cache: (script, build) => writeArchiveCache(script, build, true),
  archive_cache_on_failure: (script, build) => writeArchiveCache(script, build, false),
  upload_artifacts_on_success: (script, build) => writeUploadArtifacts(script, build, true),
  upload_artifacts_on_failure: (script, build) => writeUploadArtifacts(script, build, false),
  cleanup_file_variables: always(writeCleanup),
};

/** null: the sub-stage is not sent. */
export function scriptFor(build: Build, { name }: SubStage): string | null {
  const script = startScript(build);
  const write = writers[name] ?? (() => writeUserScript(script, build, name));
  return write(script, build) ? script.finish() : null;
}

function always(write: (script: ShellScript, build: Build) => void): Writer {
  return (script, build) => {
    write(script, build);
    return true;
  };
}

function writePrepareScript(script: ShellScript, build: Build): void {
  const via = build.hostname === '' ? '' : ` via ${build.hostname}`;
  script.line(`echo ${goQuote(`Running on $(hostname)${via}...`)}`);
  script.removeFile(script.tempFile(gitlabEnvFile));
  script.removeFile(script.tempFile('masking.db'));
}
