// artifacts-uploader: packs the files and sends them to GitLab (commands/helpers/artifacts_uploader.go).
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Coordinator, coordinatorFrom, retry, say } from './coordinator.ts';
import type { Flags } from './flags.ts';
import { log, StandInFailure } from './log.ts';
import { choiceFrom, expandVariables, selectFiles } from './select-files.ts';
import { writeStatement } from './write-statement.ts';
import { writeZip } from './zip-writer.ts';

export async function uploadArtifacts(flags: Flags, env: NodeJS.ProcessEnv): Promise<void> {
  const coordinator = coordinatorFrom(flags);
  const choice = choiceFrom(flags, env);
  const files = selectFiles(choice);
  if (files.length === 0) {
    log.error('No files to upload');
    return;
  }
  const format = flags.one('artifact-format') || 'zip';
  const name = expandVariables(flags.one('name') || 'artifacts', env);
  const described = flags.has('generate-artifacts-metadata')
    ? [...files, writeStatement(flags, { name, directory: choice.directory, files })]
    : files;
  const content = await pack(format, choice.directory, described);
  const query = new URLSearchParams();
  for (const key of ['expire-in', 'artifact-format', 'artifact-type']) {
    if (flags.has(key)) query.set(key.replace('-', '_'), flags.one(key));
  }
  const upload = { name: fileName(name, format), content, query, type: flags.one('artifact-type') };
  await retry('artifacts-uploader', () => send(coordinator, upload));
}

interface Upload {
  readonly name: string;
  readonly content: Buffer;
  readonly query: URLSearchParams;
  readonly type: string;
}

async function send(coordinator: Coordinator, upload: Upload): Promise<void> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(upload.content)]), upload.name);
  const what = upload.type === '' ? '' : ` as "${upload.type}"`;
  await say(coordinator, `Uploading artifacts${what} to coordinator...`, () =>
    fetch(`${coordinator.artifactsUrl}?${upload.query.toString()}`, {
      method: 'POST',
      headers: { 'JOB-TOKEN': coordinator.token },
      body: form,
    }),
  );
}

async function pack(format: string, directory: string, files: readonly string[]): Promise<Buffer> {
  switch (format) {
    case 'zip':
      return writeZip(directory, files);
    case 'gzip':
      return Buffer.concat(files.map((file) => gzipSync(readRegular(directory, file))));
    case 'raw':
      if (files.length > 1) throw new StandInFailure('only one file can be sent as raw');
      return readRegular(directory, files[0] ?? '');
    default:
      throw new StandInFailure(`"${format}" format: unsupported archive format`);
  }
}

function readRegular(directory: string, file: string): Buffer {
  const path = join(directory, file);
  if (!statSync(path).isFile()) throw new StandInFailure(`the "${file}" is not a regular file`);
  return readFileSync(path);
}

function fileName(name: string, format: string): string {
  const base = basename(name);
  const own = base === '' || base === '.' ? 'default' : base;
  if (format === 'zip') return `${own}.zip`;
  return format === 'gzip' ? `${own}.gz` : own;
}
