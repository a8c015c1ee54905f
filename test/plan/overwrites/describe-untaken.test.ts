import { describe, expect, it } from 'vitest';
import { describeUntaken, overwriteGroups } from '../../../src/plan/overwrites/describe-untaken.ts';
import { samplePolicy } from '../../pod/sample-job.ts';

const describeThem = (...names: string[]) => describeUntaken({ job: names, services: [] }, samplePolicy);

describe('describeUntaken', () => {
  it('says of each name of GitLab, whatever follows a prefix, that it has no effect', () => {
    const all = overwriteGroups.flatMap(({ names, prefixes }) => [
      ...names,
      ...prefixes.map((name) => `${name}x`),
    ]);

    expect(all).toHaveLength(29);
    for (const name of all)
      expect(describeThem(name)).toEqual([expect.stringContaining(`${name} has no effect: `)]);
  });

  it('puts what belongs together into one line, with the limits of the containers that are asked for', () => {
    expect(
      describeThem(
        'KUBERNETES_MEMORY_LIMIT',
        'OTHER',
        'KUBERNETES_NODE_SELECTOR_ARCH',
        'KUBERNETES_SERVICE_CPU_LIMIT',
        'KUBERNETES_POD_LABELS_1',
        'KUBERNETES_BEARER_TOKEN',
      ),
    ).toMatchInlineSnapshot(`
      [
        "KUBERNETES_MEMORY_LIMIT, KUBERNETES_SERVICE_CPU_LIMIT have no effect: the runner's policy sets requests and limits (\`resources\`), and does not leave this to jobs. The build container is limited to memory 4Gi, ephemeral-storage 20Gi. Each service is limited to memory 1Gi.",
        "KUBERNETES_NODE_SELECTOR_ARCH has no effect: the runner's policy chooses the nodes (\`pod_template\`).",
        "KUBERNETES_POD_LABELS_1 has no effect: the runner's policy sets labels and annotations of pods (\`pod_template\`).",
        "KUBERNETES_BEARER_TOKEN has no effect: namespace and account are those of the runner.",
      ]
    `);
  });

  it('asks what a misspelt one means, and knows what a cluster sets', () => {
    expect(describeThem('KUBERNETES_MEMORY_LIMITS', 'KUBERNETES_CPU_REQEUST')).toEqual([
      'KUBERNETES_MEMORY_LIMITS means nothing to GitLab. KUBERNETES_MEMORY_LIMIT would, but not here.',
      'KUBERNETES_CPU_REQEUST means nothing to GitLab. KUBERNETES_CPU_REQUEST would, but not here.',
    ]);
    expect(
      describeThem(
        ...[
          'KUBERNETES_SERVICE_HOST',
          'KUBERNETES_SERVICE_PORT',
          'KUBERNETES_SERVICE_PORT_HTTPS',
          'KUBERNETES_PORT',
        ],
        ...['KUBERNETES_PORT_443_TCP_ADDR', 'KUBERNETES_VERSION', 'KUBERNETES_DIR', 'KUBE_MEMORY_LIMIT'],
      ),
    ).toEqual([]);
  });

  it('says nothing of what the policy leaves to jobs, and that of a service is for services', () => {
    const policy = {
      ...samplePolicy,
      job_may_set: { build: { limits: { memory: '8Gi' } }, labels: ['team=*'], service_account: [] },
    };
    const names = [
      'KUBERNETES_MEMORY_LIMIT',
      'KUBERNETES_POD_LABELS_1',
      'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
    ];

    expect(
      describeUntaken(
        { job: [...names, 'KUBERNETES_CPU_LIMIT'], services: ['KUBERNETES_MEMORY_LIMIT'] },
        policy,
      ),
    ).toEqual([
      expect.stringMatching(/^KUBERNETES_CPU_LIMIT has no effect: /),
      'KUBERNETES_MEMORY_LIMIT has no effect among the variables of a service: only KUBERNETES_SERVICE_CPU_LIMIT and the like are read there.',
    ]);
    expect(describeUntaken({ job: ['KUBERNETES_MEMORY_LIMITS'], services: [] }, policy)).toEqual([
      'KUBERNETES_MEMORY_LIMITS means nothing to GitLab. Did you mean KUBERNETES_MEMORY_LIMIT?',
    ]);
  });

  it('stays short, however many a job sets', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `KUBERNETES_NODE_SELECTOR_${index}`);
    const misspelt = Array.from({ length: 10_000 }, (_, index) => `KUBERNETES_MEMORY_LIMIT${index % 10}`);
    const lines = describeThem(...many, ...misspelt, `KUBERNETES_POD_LABELS_${'x'.repeat(100_000)}`);

    expect(lines).toHaveLength(5);
    expect(lines.join().length).toBeLessThan(2000);
  });
});
