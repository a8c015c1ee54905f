import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job, JobVariable } from '../../src/job/job.ts';
import { collectCredentials } from '../../src/plan/job-credentials.ts';
import { reportedVariables } from '../../src/plan/reported-variables.ts';
import { expandVariables, variableValue } from '../model-runner/runner/variables.ts';
import { sampleJob } from '../pod/sample-job.ts';

const key = 'DOCKER_AUTH_CONFIG';
const plain = { isPublic: false, isFile: false, isMasked: false, isRaw: false };
const variable = (value: string, flags: Partial<JobVariable> = {}): JobVariable => ({
  key,
  value,
  ...plain,
  ...flags,
});
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const own = { registry: 'registry.gitlab.com', username: 'gitlab-ci-token', password: 'pässword' };
const ownAuth = base64('gitlab-ci-token:pässword');
const mine = base64('mine:mine');

function collect(
  variables: readonly JobVariable[],
  {
    env = {},
    credentials = [],
  }: { env?: Record<string, string>; credentials?: Job['registryCredentials'] } = {},
) {
  return collectCredentials(
    { ...sampleJob, variables, registryCredentials: credentials },
    reportedVariables(env).dockerAuthConfig,
  );
}
const configFor = (registry: string, auth = mine): string =>
  JSON.stringify({ auths: { [registry]: { auth } } });

const fromVariable = 'the variable DOCKER_AUTH_CONFIG';
const fromRunner = "DOCKER_AUTH_CONFIG of the runner's `environment` or the job's `secrets`";
const fromGitLab = "GitLab's own credentials for the job";

describe('collectCredentials', () => {
  it("takes GitLab's own credentials for the job", () => {
    expect(collect([], { credentials: [own] })).toEqual({
      entries: [{ address: 'registry.gitlab.com', auth: ownAuth, source: fromGitLab }],
      leftOut: [],
    });
  });

  it.each(['registry.gitlab.com', 'https://registry.gitlab.com/v1/', 'Registry.GitLab.com'])(
    'takes DOCKER_AUTH_CONFIG before them, registry by registry, however it is written: %s',
    (registry) => {
      const config = { auths: { [registry]: { auth: mine }, 'ghcr.io': { username: 'a', password: 'b:c' } } };
      const { entries } = collect([variable(JSON.stringify(config))], { credentials: [own] });
      expect(
        new Map(entries.map(({ address, auth, source }) => [address.toLowerCase(), [auth, source]])),
      ).toEqual(
        new Map([
          ['registry.gitlab.com', [mine, fromVariable]],
          ['ghcr.io', [base64('a:b:c'), fromVariable]],
        ]),
      );
    },
  );

  it('continues with the rest, and says why, where something cannot be used', () => {
    const config = { auths: { 'ghcr.io': { auth: 'hunter2' } } };
    expect(
      collect([variable(JSON.stringify(config))], {
        credentials: [own, { ...own, registry: 'no name' }],
      }),
    ).toEqual({
      entries: [{ address: 'registry.gitlab.com', auth: ownAuth, source: fromGitLab }],
      leftOut: [
        { registry: 'ghcr.io', why: '`auth` is not base64 of `user:password`', source: fromVariable },
        { registry: 'no name', why: 'that is no address of a registry', source: fromGitLab },
      ],
    });
  });

  it('takes the last of several variables of the name', () => {
    const [first, last] = [variable(configFor('a.org')), variable(configFor('b.org'))];
    expect(collect([first, last]).entries.map(({ address }) => address)).toEqual(['b.org']);
  });

  describe("GitLab Runner's own reading, in the environment", () => {
    it.each([
      ["of the runner's `environment`, which is in no job file", [], fromRunner],
      ['of a variable of the job', [variable('$SECRET_OF_A_VAULT')], fromVariable],
    ])('counts: %s', (_, variables, source) => {
      const env = { CUSTOM_ENV_DOCKER_AUTH_CONFIG: configFor('ghcr.io') };
      expect(collect(variables, { env }).entries).toEqual([{ address: 'ghcr.io', auth: mine, source }]);
    });

    it('counts where it says that there is nothing', () => {
      const env = { CUSTOM_ENV_DOCKER_AUTH_CONFIG: '' };
      expect(collect([variable(configFor('ghcr.io'))], { env })).toEqual({ entries: [], leftOut: [] });
    });
  });

  describe('where nothing of the environment is left', () => {
    const registry = { key: 'CI_REGISTRY', value: 'registry.gitlab.com', ...plain };
    const auth = { key: 'REGISTRY_AUTH', value: mine, ...plain };
    const text = '{"auths":{"$CI_REGISTRY":{"auth":"${REGISTRY_AUTH}"}}}';

    it('expands what the variable mentions', () => {
      expect(collect([registry, auth, variable(text)]).entries).toEqual([
        { address: 'registry.gitlab.com', auth: mine, source: fromVariable },
      ]);
    });

    it('leaves a raw one as it is', () => {
      expect(collect([registry, auth, variable(text, { isRaw: true })])).toEqual({
        entries: [],
        leftOut: [
          { registry: '$CI_REGISTRY', why: 'that is no address of a registry', source: fromVariable },
        ],
      });
    });

    it('leaves out one that grows too long', () => {
      const long = { key: 'LONG', value: 'x'.repeat(10_000), ...plain };

      expect(collect([long, variable('$LONG'.repeat(5000))])).toEqual({
        entries: [],
        leftOut: [
          {
            registry: null,
            why: 'with what it refers to filled in it has more than 131072 characters',
            source: fromVariable,
          },
        ],
      });
    });

    it('takes the content of a file', () => {
      expect(collect([variable(configFor('ghcr.io'), { isFile: true })]).entries).toHaveLength(1);
    });

    it('reads a password as GitLab Runner does, whatever stands in the variables', () => {
      const value = fc.stringMatching(/^(\$\{[AB]\}|\$[AB]|\$\$|[a-z$"]){0,6}$/);
      fc.assert(
        fc.property(value, value, value, fc.boolean(), (a, b, password, isRaw) => {
          const job = [
            { key: 'A', value: a, ...plain },
            { key: 'B', value: b, ...plain },
            variable(`{"auths":{"r.org":{"username":"u","password":"${password}"}}}`, { isRaw }),
          ];
          const asRunner = expandVariables(job.map((it) => ({ ...it, raw: it.isRaw })));
          const env = { CUSTOM_ENV_DOCKER_AUTH_CONFIG: variableValue(asRunner, key) };
          expect(collect(job)).toEqual(collect(job, { env }));
        }),
      );
    });
  });
});
