import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/cluster/cluster.ts';
import { checkServer, describeConnection } from '../../src/doctor/server.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { connection, patient } from '../stage/doctor-patient.ts';

const signal = new AbortController().signal;

describe('describeConnection', () => {
  it.each<[Connection['credentials'], string]>([
    [{ kind: 'none' }, 'without credentials'],
    [{ kind: 'token-file', file: '/run/token' }, 'with the token in /run/token'],
    [
      { kind: 'certificate-files', certificate: '/etc/runner.crt', key: '/etc/runner.key' },
      'with the certificate /etc/runner.crt',
    ],
    [{ kind: 'kubeconfig', file: '/etc/kubeconfig', user: 'runner' }, 'as user runner of /etc/kubeconfig'],
  ])('names where credentials of %o are, never what they are', (credentials, words) => {
    expect(describeConnection({ ...connection, credentials }, null)).toEqual({
      check: 'connection',
      verdict: 'ok',
      found: `https://kubernetes.example.org:6443, namespace ci, ${words}`,
      remedies: [],
    });
  });

  it('says through which proxy the server is reached, and what named it', () => {
    const { found } = describeConnection(connection, { shown: 'http://proxy:3128', namedBy: 'HTTPS_PROXY' });
    expect(found).toContain(
      'kubernetes.example.org:6443 through the proxy http://proxy:3128 (HTTPS_PROXY), ',
    );
  });

  it('warns of a server whose certificate is not verified', () => {
    const { verdict, remedies } = describeConnection({ ...connection, skipTlsVerify: true }, null);
    expect(verdict).toBe('warn');
    expect(remedies[0]?.code).toBe('certificate-authority: /path/to/ca.crt');
  });
});

describe('checkServer', () => {
  it.each([
    [36, 'ok'],
    [33, 'ok'],
    [32, 'warn'],
    [30, 'warn'],
    [29, 'fail'],
  ])('Kubernetes 1.%i: %s', async (minor, verdict) => {
    const { finding, version } = await checkServer(patient({ minor }).cluster, signal);
    expect(finding.verdict).toBe(verdict);
    expect(finding.found).toMatch(new RegExp(`^Kubernetes v1\\.${minor}\\.3`));
    expect(version).toMatchObject({ major: 1, minor });
  });

  it('asks for new credentials when these are refused', async () => {
    const refusal = new SystemFailure('unauthorized', {
      what: 'Cannot get /version: Unauthorized.',
      operator: 'renew the token.',
    });
    const { finding, version } = await checkServer(
      { ...patient().cluster, serverVersion: () => Promise.reject(refusal) },
      signal,
    );
    expect(version).toBeNull();
    expect(finding).toMatchObject({ verdict: 'fail', found: 'Cannot get /version: Unauthorized.' });
    expect(finding.remedies).toMatchObject([{ text: 'Renew the token.' }, { code: 'kubectl version' }]);
  });
});
