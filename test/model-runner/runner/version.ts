// The runner that is played here; the stand-in `gitlab-runner` in the helper says the same.
import manifest from '../package.json' with { type: 'json' };

export const runnerVersion = {
  name: 'gitlab-runner',
  version: manifest.conformance['gitlab-runner'],
  revision: 'd79f3e7b',
  platform: 'linux/amd64',
} as const;
