import { describe, expect, it } from 'vitest';
import { describeLeftOut, explainCredentials } from '../../src/plan/explain-credentials.ts';
import type { CredentialSource, JobCredentials } from '../../src/plan/job-credentials.ts';

const source: CredentialSource = 'the variable DOCKER_AUTH_CONFIG';
const fault = (registry: string | null, why = '`auth` is not base64 of `user:password`') => ({
  registry,
  why,
  source,
});

describe('describeLeftOut', () => {
  const told = (leftOut: JobCredentials['leftOut']): string[] => describeLeftOut({ leftOut });

  it('names registry, source and reason', () => {
    expect(told([fault('ghcr.io'), fault(null, 'it is not JSON')])).toEqual([
      'Credentials for ghcr.io in the variable DOCKER_AUTH_CONFIG are left out: `auth` is not base64 of `user:password`.',
      'Credentials in the variable DOCKER_AUTH_CONFIG are left out: it is not JSON.',
    ]);
  });

  it('counts what would fill the log, and cuts long names', () => {
    const lines = told(Array.from({ length: 100 }, () => fault('x'.repeat(100_000))));
    expect(lines).toHaveLength(11);
    expect(lines[10]).toBe('90 more credentials are left out.');
    expect(lines.join('').length).toBeLessThan(5000);
  });

  it('lets no control character through', () => {
    expect(told([fault('a\u001b[2J\r\nsection_end:1:x\u202e')])[0]).toContain(
      'for a?[2J? section_end:1:x? in',
    );
  });
});

describe('explainCredentials', () => {
  const image = { registry: 'ghcr.io', path: 'group/app' };
  const entry = (address: string, from: CredentialSource = source) => ({
    address,
    auth: 'aHVudGVyMjp4',
    source: from,
  });
  const gitLab: CredentialSource = "GitLab's own credentials for the job";
  const none = 'The job has no credentials for ghcr.io; they come from the variable DOCKER_AUTH_CONFIG.';

  it.each([
    ['from where they came', [entry('ghcr.io')], [], `Credentials for ghcr.io were taken from ${source}.`],
    [
      'each place once',
      [entry('ghcr.io'), entry('ghcr.io/group'), entry('*.io', gitLab)],
      [],
      `Credentials for ghcr.io were taken from ${source} and ${gitLab}.`,
    ],
    ['that there are none', [entry('ghcr.io/other'), entry('docker.io')], [], none],
    [
      'which were left out, and why',
      [],
      [fault('https://ghcr.io/v2/'), fault('docker.io'), fault('no name'), fault(null, 'it is not JSON')],
      `${none} Credentials for https://ghcr.io/v2/ in ${source} are left out: \`auth\` is not base64 of \`user:password\`. Credentials in ${source} are left out: it is not JSON.`,
    ],
  ])('says %s', (_, entries, leftOut, words) => {
    expect(explainCredentials({ entries, leftOut }, image, { image_pull_secrets: [] })).toBe(words);
  });

  it.each([
    ['ghcr.io', 'ghcr.io:443'],
    ['ghcr.io:443/group', 'ghcr.io'],
    ['*.io:5000', 'ghcr.io:443'],
  ])('says of credentials for %s why they are not used for %s', (address, registry) => {
    const credentials = { entries: [entry('docker.io'), entry(address)], leftOut: [] };
    expect(explainCredentials(credentials, { ...image, registry }, { image_pull_secrets: [] })).toBe(
      `The job has no credentials for ${registry}; they come from the variable DOCKER_AUTH_CONFIG. Those for ${address} are not used, because the port is not the same: write the registry's name in both places in the same way.`,
    );
  });

  it("says that the runner's own were tried, without their names", () => {
    expect(
      explainCredentials({ entries: [], leftOut: [] }, image, { image_pull_secrets: ['of-the-operator'] }),
    ).toBe(`${none} The runner's own (\`image_pull_secrets\`) were tried, too.`);
  });
});
