import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { renderCiTemplate } from '../../src/help-page/ci-template.ts';
import { publishPolicy } from '../../src/help-page/published-policy.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const text = `cluster: { namespace: secret-namespace, kubeconfig: /secret/kubeconfig }
default_image: debian:12
allowed_images:
  - { pattern: "python{,:*,@*}", because: "ours: $scanned, $[[ inputs.x ]] \\x85 for “all”" }
  - registry.example.org/**
allowed_services: [postgres:*]
replacements: [{ pattern: "node:*", use: "registry.example.org/node:1" }]
rejection: { message: "Ask us.", contact: "ops@example.org" }
rules: [{ when: { projects: [team/secret-project] }, allowed_images: ["kaniko:*"] }]
`;
const { policy } = readPolicy({ text, file: 'policy.yaml' });

interface Job {
  readonly image: { readonly name: string };
  readonly script: readonly string[];
  readonly allow_failure: boolean;
}

/** What the job writes into its file, as the shell has it. */
function policyIn({ script: [first = ''] }: Job): string {
  const [, written] = /^cat > \S+ <<'END_OF_POLICY'\n(.*)\nEND_OF_POLICY\n$/s.exec(first) ?? [];
  return written ?? expect.fail('the script has no policy');
}

function rendered() {
  const data = publishPolicy(policy, { includeRules: false });
  const template = renderCiTemplate({ data, image: 'registry.example.org/ci/gitlab-pod-executor:1' });
  const [spec, jobs] = parseAllDocuments(template).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as unknown;
  });
  return { template, spec, job: (jobs as { readonly 'check-images': Job })['check-images'] };
}

describe('renderCiTemplate', () => {
  it('has a policy that loads, and gives the verdicts of the whole one', () => {
    const { job } = rendered();
    const { policy: published, notes } = readPolicy({
      text: policyIn(job),
      file: 'published.yaml',
    });
    expect(notes).toEqual([]);
    const [whole, part] = [policy, published].map((each) => createEvaluator(each, null));
    for (const name of ['python:3', 'python', 'ruby:3', 'node:20', 'registry.example.org/a/b', 'debian:12'])
      for (const kind of ['image', 'service'] as const)
        expect(part?.(name, kind)).toEqual(whole?.(name, kind));
  });

  it('holds nothing of the policy that the page does not publish', () => {
    const { template, job } = rendered();
    expect(template).not.toContain('secret');
    // GitLab would take a dollar sign for a variable or an input, and not every YAML reads all of Unicode.
    expect(policyIn(job)).not.toMatch(/[^ -~\n]|\$/);
    expect(JSON.parse(policyIn(job))).toMatchObject({
      allowed_images: [{ because: 'ours: $scanned, $[[ inputs.x ]] \u0085 for “all”' }, {}],
    });
  });

  it('the template is a component with inputs, whose job warns and reports', () => {
    const { spec, job } = rendered();
    expect(spec).toMatchObject({
      spec: { inputs: { file: { default: '.gitlab-ci.yml' }, stage: { default: '.pre' } } },
    });
    expect(job).toMatchObject({
      allow_failure: true,
      image: { name: '$[[ inputs.image ]]', entrypoint: [''] },
    });
    expect(job.script.at(1)).toContain('--format codequality > gl-code-quality-report.json');
    expect(job.script.at(2)).toMatch(
      /--ci-file "\$\[\[ inputs.file \]\]" --ignore-include check-images --variables-from-environment$/,
    );
  });
});
