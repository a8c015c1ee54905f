import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { executor, makeScratch, recordedEnvironments, runRecorded } from './recorder/run-recorded.ts';
import { callsOf } from './recorder/summarize.ts';

test('gives each call the fixed names, the answer of config and the variables of the job, in this precedence', async () => {
  using scratch = makeScratch();
  const job = {
    name: 'env',
    image: 'evil:$VERSION',
    services: [
      'redis:7',
      {
        name: 'postgres:16',
        alias: 'db,database',
        command: ['postgres'],
        variables: { DB: 'of-$CI_JOB_NAME' },
      },
    ],
    variables: [
      { key: 'GIT_STRATEGY', value: 'none' },
      { key: 'VERSION', value: '1' },
      { key: 'CI_JOB_IMAGE', value: 'allowed:1' },
      { key: 'CI_RUNNER_VERSION', value: '1.0' },
      { key: 'CERT', value: 'one\ntwo', file: true },
      { key: 'WHERE', value: 'at $CERT' },
    ],
    script: ['true'],
  };
  const result = await runRecorded(scratch, { job, runner: { environment: ['OPERATOR=says $CI_JOB_NAME'] } });

  const [config, prepare] = result.calls;
  expect(config?.env).toMatchObject({
    TMPDIR: config?.cwd,
    BUILD_FAILURE_EXIT_CODE: '1',
    SYSTEM_FAILURE_EXIT_CODE: '2',
    BUILD_EXIT_CODE_FILE: `${config?.cwd}/build_exit_code`,
    JOB_RESPONSE_FILE: `${config?.cwd}/response.json`,
    CUSTOM_ENV_CI_PROJECT_DIR: '',
    CUSTOM_ENV_RUNNER_TEMP_PROJECT_DIR: '.tmp',
  });
  expect(config?.env).not.toHaveProperty('FROM_CONFIG');
  const builds = join(scratch.path, 'record/builds');
  expect(prepare?.env).toMatchObject({
    FROM_CONFIG: 'yes',
    CUSTOM_ENV_CI_BUILDS_DIR: builds,
    CUSTOM_ENV_CI_PROJECT_DIR: `${builds}/demo-group/demo-project`,
    CUSTOM_ENV_CI_JOB_IMAGE: 'allowed:1',
    CUSTOM_ENV_CI_RUNNER_VERSION: '19.4.0',
    CUSTOM_ENV_CI_JOB_STATUS: 'running',
    CUSTOM_ENV_CI_SHARED_ENVIRONMENT: 'true',
    CUSTOM_ENV_OPERATOR: 'says env',
    CUSTOM_ENV_CERT: 'one\ntwo',
    CUSTOM_ENV_WHERE: `at ${builds}/demo-group/demo-project.tmp/CERT`,
    CUSTOM_ENV_FF_TIMESTAMPS: 'true',
    CUSTOM_ENV_CI_JOB_SERVICES:
      '[{"name":"redis:7","alias":"","entrypoint":null,"command":null},' +
      '{"name":"postgres:16","alias":"db","entrypoint":null,"command":["postgres"],"variables":{"DB":"of-env"}}]',
  });
  expect(Object.keys(prepare!.env).filter((name) => name.startsWith('CUSTOM_ENV_FF_'))).toHaveLength(52);
});

test('what is recorded of a call is what the call found', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    job: { name: 'env', variables: { GIT_STRATEGY: 'none', ODD: 'a=b "c" \'d\'' }, script: ['true'] },
  });

  const found = recordedEnvironments(scratch);
  expect(found.map(({ call }) => call)).toEqual(callsOf(result));
  for (const [index, { text }] of found.entries()) {
    for (const [name, value] of Object.entries(result.calls[index]!.env))
      expect(text).toContain(`${name}=${value}`);
  }
});

test('the response file is the trusted copy, one line, for the owner only, and gone after the job', async () => {
  using scratch = makeScratch();
  const result = await runRecorded(scratch, {
    executor: {
      ...executor,
      prepare: ['sh', '-c', 'stat -c %a "$TMPDIR" "$JOB_RESPONSE_FILE"; cat "$JOB_RESPONSE_FILE"'],
    },
    job: {
      name: 'trusted',
      image: { name: 'evil:$V', entrypoint: [''], kubernetes: { user: 999 } },
      variables: { GIT_STRATEGY: 'none', V: '1', CI_JOB_ID: '77777', TEXT: '<&>' },
      script: ['echo "a && b"'],
    },
  });

  const [directoryMode, fileMode, line = ''] = result.readableTrace.split('\n').slice(4);
  const response = JSON.parse(line) as Record<string, unknown>;
  expect([directoryMode, fileMode]).toEqual(['700', '600']);
  expect(line).toContain('echo \\"a \\u0026\\u0026 b\\"');
  expect(response).toMatchObject({
    id: result.id,
    image: {
      name: 'evil:1',
      entrypoint: [''],
      executor_opts: { docker: { platform: '', user: '' }, kubernetes: { user: '999' } },
    },
    job_info: { name: 'trusted', project_full_path: 'demo-group/demo-project' },
  });
  expect(readdirSync(join(scratch.path, 'tmp')).filter((name) => name.startsWith('custom-executor'))).toEqual(
    [],
  );
});
