// A CI/CD component for authors: a job in their own pipeline that checks their file against the published part of the policy. They
// include it; the program comes with the job's image.
import type { PageData } from './published-policy.ts';

export interface CiTemplate {
  readonly data: PageData;
  /** The executor's own image (docs/releasing.md), by a name that the runners may pull. */
  readonly image: string;
}

/** YAML for `include`, with `spec:inputs`. */
export function renderCiTemplate({ data, image }: CiTemplate): string {
  const { hash, ...published } = data.policy;
  // JSON is YAML; a literal block keeps it as it is.
  const policy = JSON.stringify({ cluster: { namespace: 'none' }, ...published }, null, 2);
  return `# Checks the images and services of a CI file against what this runner allows (policy ${hash}), and shows what it rejects at
# the lines of a merge request. Made by gitlab-pod-executor help-page; nothing else of the policy is in it.
spec:
  inputs:
    stage:
      default: .pre
    file:
      default: .gitlab-ci.yml
    image:
      default: ${JSON.stringify(image)}
---
check-images:
  stage: $[[ inputs.stage ]]
  image:
    name: $[[ inputs.image ]]
    entrypoint: [""]
  variables:
    GIT_DEPTH: "1"
    RUNNER_POLICY:
      # A reason may have a dollar sign, which GitLab would take for a variable.
      expand: false
      value: |
${policy.replace(/^/gm, '        ')}
  script:
    - printf '%s\\n' "$RUNNER_POLICY" > /tmp/runner-policy.yaml
    - gitlab-pod-executor check --policy /tmp/runner-policy.yaml --ci-file "$[[ inputs.file ]]" --format codequality > gl-code-quality-report.json || true
    - gitlab-pod-executor check --policy /tmp/runner-policy.yaml --ci-file "$[[ inputs.file ]]"
  # Advice: the jobs themselves are admitted or rejected when they run${data.hasUnlistedRules ? ', and some projects may use more than is known here' : ''}.
  allow_failure: true
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`;
}
