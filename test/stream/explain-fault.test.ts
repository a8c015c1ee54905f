import { describe, expect, it } from 'vitest';
import { explainFault } from '../../src/stream/explain-fault.ts';

describe('explainFault', () => {
  it.each([
    ['upload', 'SystemFailure', 'stream-lost', /does not reach the build container whole/],
    ['disk', 'BuildFailure', 'storage-exceeded', /its disk is full/],
    ['shell', 'BuildFailure', 'image-unusable', /has no shell: .*\/busybox\/sh/],
    ['killed', 'BuildFailure', 'out-of-memory', /ran out of memory, or the script killed/],
    ['stuck', 'SystemFailure', 'stream-lost', /Nobody can know how the script ended/],
    ['unknown', 'SystemFailure', 'stream-lost', /Nobody can know how the script ended/],
  ] as const)('says what "%s" means, and whose it is to mend', (fault, name, code, words) => {
    const failure = explainFault(fault, 'build');
    expect(failure).toMatchObject({ name, code });
    expect(failure.message).toMatch(words);
  });

  it('reports a killed script with the code of SIGKILL', () => {
    expect(explainFault('killed', 'helper')).toMatchObject({
      exitCode: 137,
      parts: { operator: expect.stringContaining('resources.helper.limits.memory') },
    });
  });
});
