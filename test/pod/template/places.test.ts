import { expect, test } from 'vitest';
import {
  hidesPrograms,
  isRelative,
  leadsToJob,
  touchesControl,
  touchesKernel,
  touchesPrograms,
} from '../../../src/pod/template/places.ts';

test.each<[what: string, isThat: (text: string) => boolean, yes: string[], no: string[]]>([
  [
    'touches programs',
    touchesPrograms,
    ['/', '/bin', '/usr', '/usr/bin/git', '/etc', '/etc/ld.so.preload', '/lib/x86_64-linux-gnu', '/busybox'],
    ['/usr/share/x', '/etc/ssl/certs', '/opt/tools', '/binary', '/home'],
  ],
  [
    'hides programs',
    hidesPrograms,
    ['/', '/bin', '/usr', '/etc'],
    ['/usr/bin/git', '/etc/ssl', '/etc/gitconfig.d'],
  ],
  [
    'touches what the kernel shows',
    touchesKernel,
    ['/', '/proc', '/proc/self/uid_map', '/sys', '/dev', '/dev/sda'],
    ['/dev/shm', '/process'],
  ],
  [
    'touches a control directory',
    touchesControl,
    ['/', '/.gitlab-pod-executor', '/.gitlab-pod-executor/bin'],
    ['/.gitlab-pod-executor-tools'],
  ],
  [
    'leads to the job',
    leadsToJob,
    [
      '/builds',
      '/builds/x.so',
      'a:/cache/x',
      '/usr/lib,/tmp/x',
      '//builds/x',
      '/usr/../builds',
      '/.gitlab-pod-executor/home',
    ],
    ['', 'builds', '/usr/lib', '/buildsystem', 'https://example.org/builds'],
  ],
  ['is relative', isRelative, ['', 'lib', '/usr/lib:', 'a:/usr', '$ORIGIN/x'], ['/usr/lib', '/a:/b']],
])('knows which place %s', (_, isThat, yes, no) => {
  expect(yes.filter((text) => !isThat(text))).toEqual([]);
  expect(no.filter(isThat)).toEqual([]);
});
