import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/cluster.ts';
import { adviceOnMemory, memoryLimit } from '../../src/diagnosis/memory-limit.ts';

const metadata = { name: 'job-1-abcdefgh', uid: 'uid-1' };
const pod: Pod = {
  metadata,
  spec: { containers: [{ name: 'build', resources: { limits: { memory: '4Gi' } } }, { name: 'helper' }] },
};

describe('memoryLimit', () => {
  it.each([
    ['build', '4Gi'],
    ['helper', null],
    ['svc-0', null],
  ])('finds the memory limit of %s: %s', (container, limit) => {
    expect(memoryLimit(pod, container)).toBe(limit);
  });

  it('finds no limit when the pod lists no containers', () => {
    expect(memoryLimit({ metadata, spec: {} }, 'build')).toBeNull();
  });
});

describe('adviceOnMemory', () => {
  it.each([
    ['build', 'resources.build.limits.memory'],
    ['helper', 'resources.helper.limits.memory'],
    ['svc-3', 'resources.service.limits.memory'],
    ['sidecar', 'pod_template'],
  ])('names the key that limits %s', (container, key) => {
    expect(adviceOnMemory(container)).toMatchObject({
      author: expect.stringContaining('KUBERNETES_MEMORY_LIMIT raises it only where'),
      operator: expect.stringContaining(`\`${key}\``),
    });
  });
});
