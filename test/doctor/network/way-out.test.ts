import { describe, expect, it } from 'vitest';
import type { Cluster, ExecResult } from '../../../src/cluster/cluster.ts';
import { checkWayOut, readGitLabUrl } from '../../../src/doctor/network/way-out.ts';
import { platforms } from '../../../src/doctor/platform.ts';
import { unusedCluster } from '../../stage/unused-cluster.ts';

const gitlab = new URL('https://gitlab.example.org/');
const openShift = platforms.find(({ name }) => name === 'OpenShift') ?? null;

interface Pod {
  readonly says?: string;
  readonly end?: ExecResult;
  readonly url?: URL;
  readonly onOpenShift?: boolean;
}

async function tried({ says = '', end = { kind: 'exited', code: 0 }, url = gitlab, onOpenShift }: Pod) {
  const asked: (readonly string[])[] = [];
  const cluster: Cluster = {
    ...unusedCluster,
    exec: async ({ command, stdout }) => {
      asked.push(command.slice(-2));
      await stdout(Buffer.from(says));
      return end;
    },
  };
  const signal = new AbortController().signal;
  const platform = onOpenShift ? openShift : null;
  const finding = await checkWayOut({ cluster, pod: { name: 'pod' }, gitlab: url, platform, signal });
  return { ...finding, codes: finding.remedies.map(({ code }) => code), asked };
}

const fatal = (why: string): string =>
  `git fatal: unable to access 'https://gitlab.example.org/x/': ${why}\n`;
const addresses = 'address 10.2.3.4\naddress fd00::4\n';

describe('checkWayOut', () => {
  it('asks for a project that is not there, below the path that GitLab has', async () => {
    const { asked } = await tried({ says: 'answered\n', url: new URL('https://example.org:8443/gitlab/') });
    expect(asked).toEqual([
      ['example.org', 'https://example.org:8443/gitlab/gitlab-pod-executor/doctor.git'],
    ]);
  });

  it.each([
    'git remote: HTTP Basic: Access denied.\ngit fatal: Authentication failed for …\n',
    "git fatal: could not read Username for 'https://gitlab.example.org': terminal prompts disabled\n",
    "git remote: Not Found\ngit fatal: repository 'https://gitlab.example.org/x.git/' not found\n",
    fatal('The requested URL returned error: 503'),
    '',
  ])('any answer over HTTP is a way to GitLab: %j', async (says) => {
    expect(await tried({ says: `${addresses}${says}answered\n` })).toMatchObject({
      verdict: 'ok',
      found: 'https://gitlab.example.org answers at 10.2.3.4, fd00::4, asked from the helper of the pod',
    });
  });

  it.each([
    [false, 'kube-system', 53],
    [true, 'openshift-dns', 5353],
  ])('names the rule for DNS where the name is not found (OpenShift: %j)', async (onOpenShift, ...words) => {
    const says = `${fatal('Could not resolve host: gitlab.example.org')}answered\n`;
    const { verdict, found, codes } = await tried({ says, onOpenShift });
    expect({ verdict, found }).toEqual({
      verdict: 'fail',
      found: 'a job cannot reach https://gitlab.example.org: Could not resolve host: gitlab.example.org',
    });
    expect(codes).toHaveLength(1);
    for (const word of words) expect(codes[0]).toContain(`${word}`);
  });

  it.each([
    'Failed to connect to gitlab.example.org port 443 after 3 ms: Connection refused',
    'CONNECT tunnel failed, response 403',
  ])('names the rule for its addresses where they do not answer: %s', async (why) => {
    const { verdict, codes } = await tried({ says: `${addresses}${fatal(why)}answered\n` });
    expect(verdict).toBe('fail');
    expect(codes).toEqual([
      '- to:\n    - ipBlock: { cidr: 10.2.3.4/32 }\n    - ipBlock: { cidr: fd00::4/128 }\n  ports:\n    - { protocol: TCP, port: 443 }',
    ]);
  });

  it('needs no name for an address', async () => {
    const says = `${fatal('Failed to connect')}answered\n`;
    const { codes } = await tried({ says, url: new URL('http://[fd00::9]') });
    expect(codes).toEqual([expect.stringMatching(/cidr: fd00::9\/128 \}\n[^}]*port: 80 \}/)]);
  });

  it('shows nothing that a terminal would obey, nor an address that is none', async () => {
    const { found, codes } = await tried({
      says: `address $(reboot)\n${fatal('\u001b[31mred')}answered\n`,
    });
    expect(found).not.toContain('\u001b');
    expect(codes.join()).not.toContain('reboot');
    expect(codes.at(-1)).toContain('ADDRESS-OF-GITLAB/32');
  });

  it('blames the helper image where it has no git', async () => {
    expect(await tried({ says: 'no-git\ngit sh: git: not found\nanswered\n' })).toMatchObject({
      verdict: 'fail',
      found: 'the helper image has no git, so no job can clone',
    });
  });

  it('says nothing of the network where its question broke off', async () => {
    const end: ExecResult = { kind: 'lost', message: 'cut' };
    expect(await tried({ says: addresses, end })).toMatchObject({ verdict: 'skip', found: 'not tried: cut' });
  });

  it('gives up a try that is never answered', async () => {
    const exec: Cluster['exec'] = async ({ stdout, signal }) => {
      await stdout(Buffer.from(addresses));
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { kind: 'lost', message: 'aborted' };
    };
    const { signal } = new AbortController();
    const pod = { name: 'pod' };
    const cluster = { ...unusedCluster, exec };
    const finding = await checkWayOut({ cluster, pod, gitlab, platform: null, signal, milliseconds: 20 });
    expect(finding).toMatchObject({
      verdict: 'fail',
      found: 'a job cannot reach https://gitlab.example.org: no answer within 0.02 s',
    });
    expect(finding.remedies[0]?.code).toContain('10.2.3.4/32');
  });
});

describe('readGitLabUrl', () => {
  it.each([
    'gitlab.example.org',
    'ssh://git@gitlab.example.org',
    'https://anna:secret@gitlab.example.org',
    `https://gitlab.example.org/${'x'.repeat(600)}`,
  ])('does not take %s', (text) => expect(readGitLabUrl(text)).toBeNull());

  it('takes the address of a GitLab', () =>
    expect(readGitLabUrl('https://example.org/gitlab')?.href).toBe('https://example.org/gitlab'));
});
