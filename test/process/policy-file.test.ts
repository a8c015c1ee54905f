// The words of a stage, and where its policy is.
import { describe, expect, it } from 'vitest';
import { policyArgument, policyPath } from '../../cmd/policy-file.ts';

describe('policyArgument', () => {
  it.each([
    [[], undefined],
    [['--policy', '/p.yaml'], '/p.yaml'],
    [['--policy=/p.yaml'], '/p.yaml'],
  ])('policyArgument of %j is %s', (argv, policy) => expect(policyArgument(argv, 'cleanup')).toBe(policy));

  it.each([
    [
      ['--polcy', 'x'],
      "cleanup does not understand its arguments: Unknown option '--polcy'; did you mean --policy?",
    ],
    [['-h'], 'cleanup takes --help as its first word only.'],
    [['word'], expect.stringContaining("Unexpected argument 'word'") as string],
  ])('policyArgument calls %j wrong usage, and no fault of the policy', (argv, what) => {
    expect(() => policyArgument(argv, 'cleanup')).toThrow(
      expect.objectContaining({
        code: 'usage',
        parts: { what, operator: 'in config.toml it takes `--policy FILE` only.' },
      }) as Error,
    );
  });
});

it('policyPath takes the word, then the environment, then the file in /etc', () => {
  const env = { GITLAB_POD_EXECUTOR_POLICY: '/env.yaml' };
  expect(policyPath('/word.yaml', env)).toBe('/word.yaml');
  expect(policyPath(undefined, env)).toBe('/env.yaml');
  expect(policyPath(undefined, {})).toBe('/etc/gitlab-pod-executor/policy.yaml');
});
