import { describe, expect, it } from 'vitest';
import type { Cluster, ExecResult } from '../../../src/cluster/cluster.ts';
import { checkImageBuilds } from '../../../src/doctor/image-builds/image-builds.ts';
import { unusedCluster } from '../../stage/unused-cluster.ts';

const rootWithAll = 'Uid: 0\nCapEff: 000001ffffffffff\n';
const rootWithThree = 'Uid: 0\nCapEff: 00000000800000c0\nSeccomp: 2\n';
const storage = 'storage /var/lib/containers\n';
const nested = 'unshare ok\nmap ok\nmount ok\noverlay ok\n';
const noPivot = 'pivot_root pivot_root: Operation not permitted\n';
const done = 'answered\n';

async function tried(says: string, end: ExecResult = { kind: 'exited', code: 0 }) {
  const cluster: Cluster = {
    ...unusedCluster,
    exec: async ({ stdout }) => {
      await stdout(Buffer.from(says));
      return end;
    },
  };
  const signal = new AbortController().signal;
  const findings = await checkImageBuilds({ cluster, pod: { name: 'pod' }, profile: 'p', signal });
  return findings.map(({ check, verdict, found, remedies }) => ({
    row: `${check} ${verdict} ${found}`,
    codes: remedies.map(({ text, code }) => code ?? text),
  }));
}

const rows = async (says: string) => (await tried(says)).map(({ row }) => row);

describe('checkImageBuilds', () => {
  it('says yes to what nests, under a filter as image-build.json', async () => {
    expect(await rows(`${rootWithThree}${storage}${nested}${noPivot}${done}`)).toEqual([
      'nesting ok a user namespace with all ids, mounts, an overlay in /var/lib/containers',
      'image builds ok in profile p: kaniko no (lacks CHOWN, DAC_OVERRIDE, FOWNER) | buildah yes | podman only if the filter allows clone | BuildKit no (pivot_root: pivot_root: Operation not permitted)',
    ]);
  });

  it('says yes to all where nothing is filtered', async () => {
    expect(await rows(`${rootWithAll}Seccomp: 0\n${storage}${nested}pivot_root ok\n${done}`)).toEqual([
      expect.stringMatching(/^nesting ok/),
      'image builds ok in profile p: kaniko yes | buildah yes | podman yes | BuildKit yes',
    ]);
  });

  it.each([
    ['the filter', rootWithThree, 'unshare unshare: Operation not permitted\n', 'image-build.json'],
    ['capabilities', rootWithThree, 'unshare ok\nmap sh: write error: Operation not permitted\n', 'SETFCAP'],
    [
      'the root file system',
      rootWithThree,
      'unshare ok\nmap ok\nmount ok\noverlay mount: wrong fs type\n',
      'emptyDir at /var/lib/containers',
    ],
    [
      'AppArmor',
      `${rootWithThree}label cri-containerd.apparmor.d (enforce)\n`,
      'unshare ok\nmap ok\nmount mount: permission denied\n',
      'appArmorProfile',
    ],
    [
      'SELinux',
      `${rootWithThree}label system_u:system_r:container_t:s0:c1,c2\n`,
      'unshare ok\nmap ok\nmount mount: permission denied\n',
      'container_engine_t',
    ],
    [
      'the filter, for mounts',
      `${rootWithThree}label unconfined\n`,
      'unshare ok\nmap ok\nmount no\n',
      'image-build.json',
    ],
    ['an ordinary user', 'Uid: 1000\nCapEff: 0\n', 'unshare no\n', 'runAsUser: 0'],
  ])('says what %s is in the way of, and what to write', async (_, who, answers, remedy) => {
    const [nesting, builds] = await tried(`${who}${storage}${answers}${done}`);

    expect(nesting?.row).toMatch(/^nesting warn (unshare|map|mount|overlay): /);
    expect(nesting?.codes[0]).toContain(remedy);
    expect(builds?.row).not.toContain('buildah yes |');
  });

  it('says yes to buildah with copies of whole images where no overlay can be laid', async () => {
    const answers = 'unshare ok\nmap ok\nmount ok\noverlay mount: wrong fs type\n';
    expect((await rows(`${rootWithThree}${answers}${noPivot}${done}`))[1]).toContain(
      'buildah yes, with STORAGE_DRIVER=vfs |',
    );
  });

  it('warns where no tool works, and takes no half answer', async () => {
    const nobody = await tried(`Uid: 1000\nCapEff: 0000000000000000\nunshare no\n${done}`);
    expect(nobody[1]?.row).toBe(
      'image builds warn in profile p: kaniko no (not root) | buildah no (not root) | podman no (not root) | BuildKit no (not root)',
    );
    expect(nobody[1]?.codes[0]).toContain('docs/build-images.md');

    expect(await rows(`${rootWithAll}${nested}`)).toEqual([
      'nesting skip not tried: exit code 0',
      'image builds skip not tried: exit code 0',
    ]);
    expect(await rows(`${rootWithThree}${done}`)).toEqual([
      'nesting warn unshare: no answer',
      expect.stringContaining('buildah no (unshare: no answer)'),
    ]);
  });

  it('lets no text of an image move a cursor', async () => {
    const [nesting] = await rows(`${rootWithThree}unshare \u001b[2Jgone\u0007\n${done}`);
    expect(nesting).not.toMatch(/[\u0000-\u001f]/);
  });
});
