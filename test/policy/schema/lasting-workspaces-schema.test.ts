import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/policy/read-policy.ts';

const read = (lines: string) =>
  readPolicy({
    text: `cluster: {namespace: ci}\nlasting_workspaces:\n${lines.replace(/^/gm, '  ')}\n`,
    file: 'policy.yaml',
  }).policy.lasting_workspaces;

describe('lasting_workspaces', () => {
  it('needs no more than a size', () => {
    expect(read('size: 20Gi')).toEqual({ size: 20 * 1024 ** 3, slots: 1, max_idle: 7 * 86_400 });
  });

  it('takes everything else', () => {
    const all =
      'storage_class: fast\nsize: 1Gi\nslots: 3\nmax_idle: 24h\nmax_total: 1Ti\nprojects: [group/**]';
    expect(read(all)).toEqual({
      storage_class: 'fast',
      size: 1024 ** 3,
      slots: 3,
      max_idle: 86_400,
      max_total: 1024 ** 4,
      projects: ['group/**'],
    });
  });

  it('names all mistakes at once, each at its place', () => {
    const mistakes =
      'storage_class: Fast!\nsize: 4\nslots: 0\nmax_idle: 5m\nmax_total: lots\nprojects: []\nsise: 1Gi';
    expect(() => read(mistakes)).toThrow(
      [
        'policy.yaml:3:18: lasting_workspaces.storage_class is not the name of a StorageClass; lower-case letters, digits, `-` and `.` are allowed (`kubectl get storageclass` lists them)',
        'policy.yaml:4:9: lasting_workspaces.size is 4 bytes; did you mean `4Mi`?',
        'policy.yaml:5:10: lasting_workspaces.slots is 0; a number from 1 to 50 is needed',
        'policy.yaml:6:13: lasting_workspaces.max_idle is 5m; write one from 1h to 8760h: what is kept for less or for longer serves no next job',
        'policy.yaml:7:14: lasting_workspaces.max_total is not a size in bytes; write one such as 64Mi, 1Gi or 500M',
        'policy.yaml:8:13: lasting_workspaces.projects is empty, and then no job would have one; leave lasting_workspaces out',
        'policy.yaml:9:3: lasting_workspaces.sise is not a key of a policy; did you mean `size`?',
      ].join('\n'),
    );
  });

  it.each([
    ['size: 1Mi', 'size is too small for a repository; write 64Mi or more'],
    ['size: 2Gi\nmax_total: 1Gi', 'max_total is less than size, so that sweep would delete every workspace'],
  ])('refuses %j', (lines, message) => {
    expect(() => read(lines)).toThrow(message);
  });
});
