// Variables of a dotenv report, for the jobs that come after (GitLab: app/services/ci/parse_dotenv_artifact_service.rb).
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { StoredArtifact } from '../result.ts';
import type { Variable } from '../runner/variables.ts';

/** What the reports among a job's artifacts say; one that GitLab would not take says nothing. */
export function dotenvVariables(artifacts: readonly StoredArtifact[]): readonly Variable[] {
  return artifacts
    .filter(({ type }) => type === 'dotenv')
    .flatMap(({ path }) => parseDotenv(unpack(path)) ?? []);
}

function unpack(path: string): string {
  return gunzipSync(readFileSync(path)).toString('utf8');
}

/** @returns null: a line is no `KEY=VALUE`, or a key is no name; GitLab refuses the upload then */
function parseDotenv(text: string): readonly Variable[] | null {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const variables = lines.map((line) => {
    const [, key = '', value = ''] = /^(.*?)=(.*)$/.exec(line.replace(/\r$/, '')) ?? [];
    return { key: key.trim(), value: value.trim(), public: false };
  });
  return variables.every(({ key }) => /^[a-zA-Z0-9_]+$/.test(key)) ? variables : null;
}
