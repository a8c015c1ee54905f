// Whose pod it is, read from the job file with nothing but JSON.parse: `run` and `cleanup` start about ten times a job.
import { SystemFailure } from '../outcome/system-failure.ts';
import type { JobIdentity } from './job.ts';

/** @throws SystemFailure when the file has no usable id or does not name its GitLab instance. */
export function readJobIdentity(text: string): JobIdentity {
  const file = parseJobFile(text);
  const id = file['id'];
  const instance = instanceOf(file);
  const mistakes = [
    isJobId(id) ? null : 'id: expected a number above 0',
    instance === null ? 'job_info.instance_uuid, git_info.repo_url: neither names the GitLab instance' : null,
  ].filter((mistake) => mistake !== null);
  if (!isJobId(id) || instance === null) throw jobUnreadable(mistakes);
  return { id, instance };
}

/** The job file as an object. No part of it stands in an error: it holds tokens. */
export function parseJobFile(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') throw jobUnreadable(['the file is empty']);
  const file = parseJson(text);
  if (!isRecord(file)) throw jobUnreadable(['expected a JSON object']);
  return file;
}

/** GitLab's id of itself; older ones send none, and then the address that the sources come from stands for it. */
export function instanceOf(file: Readonly<Record<string, unknown>>): string | null {
  const jobInfo = file['job_info'];
  const uuid = isRecord(jobInfo) ? jobInfo['instance_uuid'] : undefined;
  if (typeof uuid === 'string' && uuid !== '') return uuid;
  const gitInfo = file['git_info'];
  const url = isRecord(gitInfo) ? gitInfo['repo_url'] : undefined;
  if (typeof url !== 'string' || !URL.canParse(url)) return null;
  const { host } = new URL(url);
  return host === '' ? null : host;
}

/** One error for all mistakes. */
export function jobUnreadable(mistakes: readonly string[]): SystemFailure {
  return new SystemFailure('job-unreadable', {
    what: `Cannot read the job file (JOB_RESPONSE_FILE):\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}\nGitLab Runner writes this file for each job.`,
    operator:
      'update GitLab Runner if it is old; if it is not, please report this message. It holds no values of the job.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // V8's message quotes the text, and the text holds tokens.
    throw jobUnreadable([`not JSON: the file has ${text.length} characters and may have been cut off`]);
  }
}

function isJobId(id: unknown): id is number {
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
