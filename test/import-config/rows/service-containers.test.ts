import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../../src/admission/evaluate.ts';
import { docker, entryOf, importText, kubernetes, policyOf } from '../import-text.ts';

const service = (section: string, ...lines: string[]): string[] => [
  `[[runners.${section}.services]]`,
  ...lines,
];

describe('serviceContainers', () => {
  it("keeps the names of the image beside the alias, as GitLab's executors do", () => {
    const { pod_template: template } = policyOf(
      importText(
        kubernetes(
          ...service('kubernetes', 'name = "postgres:16"'),
          ...service('kubernetes', 'name = "registry.example.org:5000/ci/proxy:1"', 'alias = "proxy, squid"'),
        ),
      ),
    );

    expect(template?.['spec']).toMatchObject({
      hostAliases: [
        { hostnames: ['postgres'] },
        { hostnames: ['registry.example.org-ci-proxy', 'proxy', 'squid'] },
      ],
    });
  });

  it('gives each the amounts that the file gives services, before or after them', () => {
    const { pod_template: template } = policyOf(
      importText(
        kubernetes(
          'service_memory_limit = "128Mi"',
          'service_cpu_limit = "3"',
          ...service('kubernetes', 'name = "redis:7"'),
        ),
      ),
    );

    expect(template?.['spec']).toMatchObject({
      containers: [
        {
          resources: { requests: { memory: '128Mi' }, limits: { memory: '128Mi', cpu: '3' } },
        },
      ],
    });
  });

  it('leaves a Docker daemon out, which could not run beside any job, and says so', () => {
    const imported = importText(
      docker(...service('docker', 'name = "docker:27-dind"'), ...service('docker', 'name = "redis:7"')),
    );

    expect(policyOf(imported).pod_template?.['spec']).toMatchObject({
      containers: [{ image: 'redis:7' }],
      hostAliases: [{ hostnames: ['redis'] }],
    });
    expect(entryOf(imported, 'services')).toMatchObject({
      verdict: 'different',
      says: expect.stringMatching(/^`docker:27-dind` is not taken over\. .*build-images\.md/) as string,
    });
  });

  it("admits the runner's own services to jobs where the Docker executor does, and nothing else", () => {
    const lines = ['allowed_services = ["redis:*"]', 'image = "a"'];
    const verdict = (text: string, name: string): boolean =>
      createEvaluator(policyOf(importText(text)), null)(name, 'service').allowed;
    const ofDocker = docker(...lines, ...service('docker', 'name = "docker:27-dind"'));
    const ofKubernetes = kubernetes(...lines, ...service('kubernetes', 'name = "docker:27-dind"'));

    expect(verdict(ofDocker, 'docker:27-dind')).toBe(true);
    expect(verdict(ofDocker, 'docker:26-dind')).toBe(false);
    expect(verdict(ofKubernetes, 'docker:27-dind')).toBe(false);
    expect(verdict(docker(...lines, ...service('docker', 'name = "**"')), 'mysql:8')).toBe(false);
  });
});
