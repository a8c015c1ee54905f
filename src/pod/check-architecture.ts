// A pod without a helper image for its nodes would start nowhere.
import { helperArchitectures } from '../admission/helper-image.ts';
import { malformed } from '../policy/malformed.ts';
import type { Problem } from '../policy/problem.ts';
import type { ReadablePolicy } from '../policy/readable-policy.ts';
import { shortList } from '../text/short-list.ts';
import { architectureLabel, selectedArchitecture } from './node-architecture.ts';

export function checkArchitecture({
  pod_template: template,
  helper_image,
}: Pick<ReadablePolicy, 'pod_template' | 'helper_image'>): Problem[] {
  if (helper_image !== undefined || template === undefined || template === malformed) return [];
  const selected = selectedArchitecture(template);
  if (typeof selected !== 'string' || helperArchitectures.some((known) => known === selected)) return [];
  return [
    {
      path: ['pod_template', 'spec', 'nodeSelector', architectureLabel],
      message: `is "${selected}", for which GitLab makes no helper image: write ${shortList(helperArchitectures)}, or set helper_image`,
    },
  ];
}
