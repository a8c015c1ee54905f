import { expect, test } from 'vitest';
import { readDemoOptions } from '../../scripts/demo-options.ts';

test('runs the job build on the embedded cluster when nothing is said', () => {
  expect(readDemoOptions([])).toEqual({ job: 'build', list: false, real: null });
});

test('takes a real cluster with defaults that any cluster can pull', () => {
  expect(readDemoOptions(['--kubeconfig', 'k', '--job', 'rejected', '--listen', '10.0.0.1'])).toEqual({
    job: 'rejected',
    list: false,
    real: {
      kubeconfig: 'k',
      namespace: 'ci',
      listen: '10.0.0.1',
      buildImage: 'docker.io/library/debian:12',
      helperImage: null,
      serviceImage: 'docker.io/library/busybox:1.36',
    },
  });
});

test.each([
  [['--listen', '10.0.0.1'], '--listen is for a real cluster: it needs --kubeconfig FILE.'],
  [['--jobs'], "Unknown option '--jobs'"],
  [['rejected'], 'A job is named by an option: --job rejected.'],
])('says what is wrong with %j', (argv, words) => {
  expect(readDemoOptions(argv)).toContain(words);
});
