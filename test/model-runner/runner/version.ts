// The runner that is played here; the stand-in `gitlab-runner` in the helper says the same.

export const runnerVersion = {
  name: 'gitlab-runner',
  version: '19.4.0',
  revision: 'd79f3e7b',
  platform: 'linux/amd64',
} as const;
