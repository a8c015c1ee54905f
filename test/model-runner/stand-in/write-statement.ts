// The provenance of an archive, as a file in it (commands/helpers/artifact_metadata.go).
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerVersion } from '../runner/version.ts';
import type { Flags } from './flags.ts';
import { log, StandInFailure } from './log.ts';

const schemaVersion = 'v1';

/** @returns the name of the file beside what it describes */
export function writeStatement(
  flags: Flags,
  archive: { readonly name: string; readonly directory: string; readonly files: readonly string[] },
): string {
  // Go's flags take no empty number: without CI_RUNNER_ID the helper does not even start.
  const runnerId = flags.one('runner-id');
  if (!/^\d+$/.test(runnerId))
    throw new StandInFailure(`Incorrect Usage: invalid value "${runnerId}" for flag -runner-id`);
  log.info('Generating artifacts statement');
  const asked = flags.one('schema-version');
  if (asked !== schemaVersion) {
    log.warn(`Unknown SLSA provenance version ${asked}, defaulting to ${schemaVersion}`);
  }
  const file = `${archive.name}-metadata.json`;
  const subject = archive.files.flatMap((name) => subjectOf(archive.directory, name));
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: predicateOf(flags, runnerId),
  };
  writeFileSync(join(archive.directory, file), JSON.stringify(statement, null, 1));
  return file;
}

function subjectOf(directory: string, name: string) {
  const path = join(directory, name);
  if (!lstatSync(path).isFile()) return [];
  return [{ name, digest: { sha256: createHash('sha256').update(readFileSync(path)).digest('hex') } }];
}

function predicateOf(flags: Flags, runnerId: string) {
  const source = flags.one('repo-url');
  const version = runnerVersion.revision;
  return {
    buildDefinition: {
      buildType: `https://gitlab.com/gitlab-org/gitlab-runner/-/blob/${version}/PROVENANCE.md`,
      externalParameters: {
        ...Object.fromEntries(flags.all('metadata-parameter').map((name) => [name, ''])),
        entryPoint: flags.one('job-name'),
        source,
      },
      internalParameters: {
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        executor: flags.one('executor-name'),
        job: flags.one('id'),
        name: flags.one('runner-name'),
      },
      resolvedDependencies: [{ uri: source, digest: { sha256: flags.one('repo-digest') } }],
    },
    runDetails: {
      builder: { id: `${source}/-/runners/${runnerId}`, version: { 'gitlab-runner': version } },
      metadata: {
        invocationId: flags.one('id'),
        startedOn: flags.one('started-at'),
        finishedOn: flags.one('ended-at'),
      },
    },
  };
}
