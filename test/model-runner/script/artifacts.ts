// download_artifacts and upload_artifacts_* (shells/abstract.go downloadAllArtifacts, writeUploadArtifact).
import type { Artifact } from '../gitlab/job-payload.ts';
import type { Build } from '../runner/build.ts';
import { parseGoBool } from '../runner/feature-flags.ts';
import { variableValue } from '../runner/variables.ts';
import { changeOwnership, enterProject, withRunner, writeExports } from './exports.ts';
import { withoutCredentials } from './git-urls.ts';
import type { ShellScript } from './shell-script.ts';
import { isWanted } from './wanted.ts';

/** false: no job before this one has an artifact. */
export function writeDownloadArtifacts(script: ShellScript, build: Build): boolean {
  const jobs = build.payload.dependencies.filter((job) => job.artifacts_file.filename !== '');
  if (jobs.length === 0) return false;
  writeExports(script, build);
  enterProject(script, build);
  withRunner(script, 'Artifacts downloading', () => {
    for (const job of jobs) {
      script.notice(`Downloading artifacts for ${job.name} (${job.id})...`);
      const words = ['--url', build.url, '--token', job.token, '--id', String(job.id)];
      script.command('gitlab-runner', 'artifacts-downloader', ...words);
    }
  });
  changeOwnership(script, build, [build.cacheDir, build.rootDir]);
  return true;
}

export function writeUploadArtifacts(script: ShellScript, build: Build, succeeded: boolean): boolean {
  const artifacts = build.payload.artifacts.filter(
    (artifact) => isWanted(artifact.when, succeeded) && selection(artifact).length > 0,
  );
  if (artifacts.length === 0) return false;
  writeExports(script, build);
  enterProject(script, build);
  for (const artifact of artifacts) {
    withRunner(script, 'Uploading artifacts', () => {
      script.notice('Uploading artifacts...');
      script.command('gitlab-runner', ...uploaderMessages(build, artifact));
    });
  }
  return true;
}

function selection(artifact: Artifact): readonly string[] {
  return [
    ...(artifact.paths ?? []).flatMap((path) => ['--path', path]),
    ...(artifact.exclude ?? []).flatMap((path) => ['--exclude', path]),
    ...(artifact.untracked ? ['--untracked'] : []),
  ];
}

function uploaderMessages(build: Build, artifact: Artifact): readonly string[] {
  return [
    'artifacts-uploader',
    ...['--url', build.url, '--token', build.payload.token, '--id', String(build.payload.id)],
    ...['--timeout', '1h0m0s', '--response-header-timeout', '10m0s'],
    ...metadataFlags(build, artifact),
    ...selection(artifact),
    ...(artifact.name ? ['--name', artifact.name] : []),
    ...(artifact.expire_in ? ['--expire-in', artifact.expire_in] : []),
    ...['--artifact-format', artifact.artifact_format, '--artifact-type', artifact.artifact_type],
  ];
}

/** RUNNER_GENERATE_ARTIFACTS_METADATA: the helper adds a statement of where the archive comes from. */
function metadataFlags(build: Build, artifact: Artifact): readonly string[] {
  const { variables, git_info: git, job_info: job } = build.payload;
  const wanted = parseGoBool(variableValue(variables, 'RUNNER_GENERATE_ARTIFACTS_METADATA')) === true;
  if (!wanted || artifact.artifact_format !== 'zip') return [];
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  return [
    '--generate-artifacts-metadata',
    ...['--runner-id', variableValue(variables, 'CI_RUNNER_ID')],
    ...['--repo-url', withoutCredentials(build).replace(/\.git$/, ''), '--repo-digest', git.sha],
    ...['--job-name', job.name, '--executor-name', 'custom', '--runner-name', build.config.name],
    ...['--started-at', now, '--ended-at', now],
    ...['--schema-version', variableValue(variables, 'SLSA_PROVENANCE_SCHEMA_VERSION') || 'unknown'],
    ...variables.flatMap(({ key }) => ['--metadata-parameter', key]),
  ];
}
