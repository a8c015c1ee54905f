// `id_tokens:` of a job: a JSON web token each, in a masked variable. Nobody has signed it: what trusts it must be a double too.
import { randomBytes } from 'node:crypto';
import type { Variable } from '../runner/variables.ts';
import type { PipelineContext } from './pipeline-context.ts';
import { type Settings, settingsOf } from './settings.ts';

const lifetimeSeconds = 3600;

export function idTokenVariables(
  tokens: Settings,
  { git, predefined }: PipelineContext,
): readonly Variable[] {
  const project = predefined.find(({ key }) => key === 'CI_PROJECT_PATH')?.value ?? '';
  const now = Math.floor(Date.now() / 1000);
  return Object.entries(tokens).map(([key, token]) => {
    const claims = {
      aud: settingsOf(token)['aud'],
      sub: `project_path:${project}:ref_type:${git.refType}:ref:${git.ref}`,
      ...{ project_path: project, ref: git.ref, ref_type: git.refType, sha: git.sha },
      ...{ iat: now, nbf: now - 5, exp: now + lifetimeSeconds },
    };
    const parts = [{ kid: 'model', typ: 'JWT', alg: 'RS256' }, claims].map((part) =>
      encode(JSON.stringify(part)),
    );
    return { key, value: [...parts, encode(randomBytes(64))].join('.'), public: false, masked: true };
  });
}

const encode = (data: string | Buffer): string => Buffer.from(data).toString('base64url');
