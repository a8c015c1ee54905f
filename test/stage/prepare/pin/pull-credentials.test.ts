import { expect, test } from 'vitest';
import { credentialsFor, readPullSecrets } from '../../../../src/stage/prepare/pin/pull-credentials.ts';

const image = { registry: 'registry.example.org', path: 'team/app' };
const entry = (address: string, auth: string) => ({
  address,
  auth,
  source: 'the variable DOCKER_AUTH_CONFIG' as const,
});

test('takes the most exact address first, the job before the operator, each pair once, and nothing of others', () => {
  const job = {
    entries: [
      entry('registry.example.org', 'A'),
      entry('registry.example.org/team', 'B'),
      entry('registry.example.org.evil.test', 'X'),
    ],
  };
  const secrets = [
    [entry('registry.example.org/other', 'X')],
    [entry('*.example.org', 'C'), entry('registry.example.org', 'A')],
  ];
  expect(credentialsFor(image, job, secrets)).toEqual(['B', 'A', 'C']);
});

test('leaves out what in a Secret no node could use, and keeps the rest', async () => {
  const auth = Buffer.from('user:password').toString('base64');
  const text = JSON.stringify({ auths: { 'a.example.org': { auth: '???' }, 'b.example.org': { auth } } });
  const cluster = { readPullSecret: () => Promise.resolve(text) };
  const [secret] = await readPullSecrets(['mirror'], cluster, new AbortController().signal);
  expect(secret).toEqual([{ address: 'b.example.org', auth }]);
});
