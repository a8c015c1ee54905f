// download_artifacts and upload_artifacts_* (shells/abstract.go downloadAllArtifacts, writeUploadArtifact).
import type { Artifact } from '../gitlab/job-payload.ts';
import type { Build } from '../runner/build.ts';
import { changeOwnership, enterProject, withRunner, writeExports } from './exports.ts';
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
    ...selection(artifact),
    ...(artifact.name ? ['--name', artifact.name] : []),
    ...(artifact.expire_in ? ['--expire-in', artifact.expire_in] : []),
    ...['--artifact-format', artifact.artifact_format, '--artifact-type', artifact.artifact_type],
  ];
}
