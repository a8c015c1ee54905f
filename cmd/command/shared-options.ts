// Options that several commands have, with the same words for each.
import type { OptionDefinition } from './command-facts.ts';

export const policyOption = {
  value: 'FILE',
  help: 'else $GITLAB_POD_EXECUTOR_POLICY, else /etc/gitlab-pod-executor/policy.yaml',
} as const satisfies OptionDefinition;

export const jsonOption = {
  help: 'one JSON object instead of words for people, also where a failure ends it',
} as const satisfies OptionDefinition;
