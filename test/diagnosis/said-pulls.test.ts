import { describe, expect, it } from 'vitest';
import { isSaidBefore, newSaidPulls } from '../../src/diagnosis/said-pulls.ts';

describe('newSaidPulls', () => {
  it('takes as new what was not said of that container', () => {
    const words = newSaidPulls();

    expect(words.isNew('build', 'Failed to pull image "a:1": not found')).toBe(true);
    expect(words.isNew('build', 'not found')).toBe(false);
    expect(words.isNew('build', 'Back-off pulling image "a:1": ErrImagePull: not found')).toBe(false);
    expect(words.isNew('build', 'Back-off pulling image "a:1"')).toBe(false);
    expect(words.isNew('build', 'i/o timeout')).toBe(true);
    expect(words.isNew('svc-0', 'not found')).toBe(true);
  });

  it('says a back-off without a cause where nothing was said before', () => {
    expect(newSaidPulls().isNew('build', 'Back-off pulling image "a:1"')).toBe(true);
  });
});

describe('isSaidBefore', () => {
  const event = { uid: '1', type: 'Warning', reason: 'Failed', container: 'build' } as const;

  it('takes no other failure for said before, however often it comes', () => {
    const words = newSaidPulls();
    const other = { ...event, message: 'Error: failed to create containerd task' };

    expect([isSaidBefore(other, words), isSaidBefore(other, words)]).toEqual([false, false]);
  });

  it('takes the bare name of a pull trouble for said before', () => {
    expect(isSaidBefore({ ...event, message: 'Error: ErrImagePull' }, newSaidPulls())).toBe(true);
  });
});
