import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inStartSection } from '../../../src/stage/prepare/start-section.ts';
import { line } from '../../../src/text/log-lines.ts';
import { fakeIo } from '../fake-io.ts';

describe('inStartSection', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => vi.useRealTimers());

  const section = (io: ReturnType<typeof fakeIo>) => ({
    io,
    title: 'Starting',
    nonce: 'k7m2qx4d',
    now: () => new Date(0),
  });

  it('folds what is said of a pod that is ready soon', async () => {
    const io = fakeIo();
    await inStartSection(section(io), (inside) => {
      inside.log(line('Pulling', 'yellow'));
      return Promise.resolve();
    });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(io.lines()).toEqual(['>> Starting', 'Pulling', '<<']);
  });

  it('shows what a pod waits for that is not ready for long, and all that follows', async () => {
    const io = fakeIo();
    const waiting = inStartSection(section(io), async (inside) => {
      inside.log(line('no node has room', 'yellow'));
      inside.log(line('Pulled (helper)'));
      await new Promise((resolve) => setTimeout(resolve, 40_000));
      inside.log(line('Scheduled'));
      throw new Error('not ready');
    });
    const failed = expect(waiting).rejects.toThrow('not ready');
    await vi.advanceTimersByTimeAsync(60_000);
    await failed;

    expect(io.lines().slice(3)).toEqual([
      '<<',
      "The job's pod is not ready after 30 s. Last said of it:",
      'no node has room',
      'Scheduled',
    ]);
  });
});
