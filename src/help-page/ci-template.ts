// A CI/CD component for authors: a job in their own pipeline that checks their file against the published part of the policy. They
// include it; the program comes with the job's image.
import type { PageData } from './published-policy.ts';

export interface CiTemplate {
  readonly data: PageData;
  /** The executor's own image (docs/releasing.md), by a name that the runners may pull. */
  readonly image: string;
}

/** What the component is called: its file, its job, and the include that is known to bring no other image. */
const componentName = 'check-images';

/** YAML for `include`, with `spec:inputs`. */
export function renderCiTemplate({ data, image }: CiTemplate): string {
  const { hash, ...published } = data.policy;
  const policy = plainJson({ cluster: { namespace: 'none' }, ...published });
  const check = `gitlab-pod-executor check --policy /tmp/runner-policy.yaml --ci-file "$[[ inputs.file ]]" --ignore-include ${componentName} --variables-from-environment`;
  return `# Checks the images and services of a CI file against what this runner allows (policy ${hash}), and reports what it rejects
# to the merge request. Made by gitlab-pod-executor help-page; nothing else of the policy is in it.
spec:
  inputs:
    stage:
      description: The stage of the job.
      default: .pre
    file:
      description: The CI file to check, by its path in the repository.
      default: .gitlab-ci.yml
    image:
      description: The image of the job; it has gitlab-pod-executor in it.
      default: ${JSON.stringify(image)}
---
${componentName}:
  stage: $[[ inputs.stage ]]
  image:
    name: $[[ inputs.image ]]
    entrypoint: [""]
  # Of the repository, only its CI files are needed.
  variables:
    GIT_DEPTH: "1"
    GIT_SUBMODULE_STRATEGY: none
    FORCE_COLOR: "1"
  dependencies: []
  script:
    # No variable: beyond 128 KiB, one could not be handed to a program.
    - |
      cat > /tmp/runner-policy.yaml <<'END_OF_POLICY'
${policy.replace(/^/gm, '      ')}
      END_OF_POLICY
    # 1: some are rejected, which the second one says in words; anything else is a mistake.
    - ${check} --format codequality > gl-code-quality-report.json || [ $? -eq 1 ]
    - ${check}
  # Advice: the jobs themselves are admitted or rejected when they run${data.hasUnlistedRules ? ', and some projects may use more than is known here' : ''}.
  allow_failure: true
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`;
}

/** JSON is YAML. In ASCII without a dollar sign, it means the same to every reader on its way: GitLab's inputs, Ruby's YAML, the shell. */
function plainJson(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(
    /[$\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
