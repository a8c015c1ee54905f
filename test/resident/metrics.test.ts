import { describe, expect, it } from 'vitest';
import { labelPatterns, metrics } from '../../src/resident/metrics.ts';

describe('metrics', () => {
  it.each(Object.values(metrics))('$name is named as Prometheus asks for', ({ name, type, help }) => {
    expect(name).toMatch(/^gitlab_pod_executor_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z].*[^.]$/);
  });

  it('a pattern is its own label until there are a hundred', () => {
    const labelOf = labelPatterns();
    const labels = Array.from({ length: 1000 }, (_, index) => labelOf(`pattern-${index}`));
    expect(new Set(labels).size).toBe(101);
    expect([labels[0], labels[99], labels[100]]).toEqual(['pattern-0', 'pattern-99', 'other']);
    expect(labelOf('pattern-7')).toBe('pattern-7');
  });
});
