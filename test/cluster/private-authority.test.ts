// A GitLab whose certificate comes from an authority that no image knows: the runner hands it on as a file, and jobs need nothing else.
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServerIdentity } from '../embedded-cluster/tls/certificate.ts';
import {
  type ClusterUnderTest,
  executable,
  startClusterUnderTest,
  whyNoCluster,
  writePolicy,
} from './cluster-under-test.ts';
import { makeRepository } from './make-repository.ts';

const reason = await whyNoCluster();
if (reason) console.warn(`SKIPPED: jobs of a GitLab with a private authority need a cluster; ${reason}`);

let cluster: ClusterUnderTest | undefined;
beforeAll(async () => {
  if (!reason) cluster = await startClusterUnderTest({ isGitLabSecure: true });
});
afterAll(async () => cluster?.stop());
const running = (): ClusterUnderTest => {
  if (!cluster) throw new Error('The cluster is not started yet.');
  return cluster;
};

/** As git says it with GnuTLS and with OpenSSL. */
const distrust = /server certificate verification failed|SSL certificate problem|self-signed certificate/;

describe.skipIf(reason)('a GitLab with a private authority', () => {
  it('a job clones from it, asks it again from its script, and brings its artifact back', async () => {
    const result = await running().run({
      repository: makeRepository(running().directory),
      variables: {},
      script: [
        'cat README.md >artifact.txt',
        'grep -c "BEGIN CERTIFICATE" "$CI_SERVER_TLS_CA_FILE"',
        '! command -v git || git ls-remote --exit-code origin HEAD',
      ],
      artifacts: [{ paths: ['artifact.txt'] }],
    });

    expect(result, result.readableTrace).toMatchObject({ state: 'success' });
    expect(result.artifacts.map(({ name }) => name)).toEqual(['artifacts.zip']);
  });

  it('a job that names another authority is refused by its own git: nothing of ours trusts in its place', async () => {
    const { certificateAuthorityPem: value } = createServerIdentity(new Date(), 'stranger');
    const result = await running().run({
      repository: makeRepository(running().directory),
      variables: [{ key: 'CI_SERVER_TLS_CA_FILE', value, file: true }],
      script: ['echo never'],
    });

    expect(result, result.readableTrace).toMatchObject({ state: 'failed' });
    expect(result.readableTrace).toMatch(distrust);
    expect(result.readableTrace).not.toContain('never');
  });

  it('doctor --probe reaches it without trusting it, and says where it does not', async () => {
    const closed = new URL(running().gitlabUrl);
    closed.port = '1';

    expect(await wayTo(running().gitlabUrl)).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining(`${running().gitlabUrl} answers`),
    });
    expect(await wayTo(closed.origin)).toMatchObject({
      verdict: 'fail',
      found: expect.stringMatching(/: .*(connect|refused)/i),
      remedies: [{ code: expect.stringContaining(`cidr: ${closed.hostname}/32 }`) }],
    });
  });
});

/** Not spawnSync: GitLab lives in this process. */
async function wayTo(gitlab: string): Promise<unknown> {
  const policy = writePolicy(running(), running().directory);
  const words = ['doctor', '--probe', '--json', '--gitlab', gitlab, '--policy', policy];
  const { stdout } = await execa(executable, words, { env: { KUBECONFIG: '' }, reject: false });
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly check: string }[] };
  return checks.find(({ check }) => check === 'way to GitLab');
}
