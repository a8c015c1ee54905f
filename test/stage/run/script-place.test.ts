import { describe, expect, it } from 'vitest';
import { type Continuation, placeOfScript } from '../../../src/stage/run/script-place.ts';
import { attemptDirectory, fakeIo, fault } from '../fake-io.ts';

const script = { scriptPath: '/tmp/custom-executor1/script1/script', subStage: 'build_script' };
const keptPath = `${attemptDirectory}/gitlab-pod-executor.script`;
const continued = (delivered: number | null, isKept = false): Continuation => ({
  kind: 'continued',
  delivered,
  isKept,
});
const kept: Continuation = { kind: 'kept' };

describe('the place of a script', () => {
  it('each script has a place of its own, that nobody can guess', async () => {
    const io = fakeIo();
    const places = [
      await placeOfScript(io, script, { kind: 'none' }),
      await placeOfScript(io, script, { kind: 'none' }),
    ];
    expect(places[0]?.directory).toMatch(/\/run-build_script-[0-9a-f]{16}$/);
    expect(places[0]?.directory).not.toBe(places[1]?.directory);
    expect(places[0]?.delivered).toBe(0);
    expect([...io.stored]).toEqual([]);
  });

  it('nothing of a step’s name but letters and digits gets into a path, and not much of it', async () => {
    const subStage = `step_../../${'x'.repeat(100)}`;
    const { directory } = await placeOfScript(fakeIo(), { ...script, subStage }, { kind: 'none' });
    expect(directory).toMatch(/\/run-step_{7}x{29}-[0-9a-f]{16}$/);
  });

  it('a script that another process continues has the same place, from the byte that was delivered', async () => {
    const io = fakeIo();
    const { directory } = await placeOfScript(io, script, kept);
    expect(await placeOfScript(io, script, continued(4711))).toEqual({ directory, delivered: 4711 });
  });

  it('a script that was to be continued and had not begun has a place that is continued in turn', async () => {
    const io = fakeIo();
    const { directory } = await placeOfScript(io, script, continued(0, true));
    expect(await placeOfScript(io, script, continued(5))).toEqual({ directory, delivered: 5 });
  });

  it('a script of which nobody knows how much was delivered is a system failure, never a guess', async () => {
    const io = fakeIo();
    await placeOfScript(io, script, kept);
    await expect(placeOfScript(io, script, continued(null))).rejects.toMatchObject({
      name: 'SystemFailure',
      code: 'stream-lost',
    });
  });

  it.each([
    ['another sub-stage', { ...script, subStage: 'after_script' }],
    ['another script', { ...script, scriptPath: '/tmp/custom-executor1/script2/script' }],
  ])('what was kept of %s is not continued', async (_, other) => {
    const io = fakeIo();
    const { directory } = await placeOfScript(io, other, kept);
    const place = await placeOfScript(io, script, continued(null));
    expect(place.directory).not.toBe(directory);
    expect(place.delivered).toBe(0);
  });

  it.each([
    ['was never written', undefined],
    ['was cut short', '{"scriptPath":'],
    ['is null', 'null'],
    ['cannot be read', fault('EACCES', 'permission denied')],
  ])('a script starts afresh where what was kept %s: none can have started', async (_, content) => {
    const io = fakeIo();
    if (content !== undefined) io.stored.set(keptPath, content);
    expect(await placeOfScript(io, script, continued(null))).toMatchObject({ delivered: 0 });
  });

  it('a place that cannot be kept starts no script', async () => {
    const io = fakeIo();
    io.stored.set(keptPath, fault('ENOSPC', 'no space left on device'));
    await expect(placeOfScript(io, script, kept)).rejects.toThrow('no space left on device');
  });
});
