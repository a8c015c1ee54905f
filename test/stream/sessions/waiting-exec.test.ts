import { describe, expect, it } from 'vitest';
import type { Cluster, ExecOptions, ExecResult } from '../../../src/cluster/cluster.ts';
import { helperContainer } from '../../../src/layout/container-names.ts';
import { openWaitingExec } from '../../../src/stream/sessions/waiting-exec.ts';

/** An exec that a test holds the other end of. */
function opened() {
  const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
  let request: ExecOptions | undefined;
  const sent: string[] = [];
  const exec: Cluster['exec'] = (options) => {
    request = options;
    options.signal?.addEventListener('abort', () =>
      resolve({ kind: 'lost', message: 'ended by the caller' }),
    );
    void (async () => {
      for await (const chunk of options.stdin as AsyncIterable<Uint8Array>)
        sent.push(Buffer.from(chunk).toString());
      sent.push('end');
    })();
    return promise;
  };
  const waiting = openWaitingExec({
    ...{ cluster: { exec }, pod: { name: 'job-1' }, container: helperContainer },
    program: { command: ['sh', '-c', 'x'], program: Buffer.from('program') },
  });
  const says = (text: string) => request?.stdout(Buffer.from(text));
  return { waiting, says, sent, end: resolve, fail: reject, request: () => request };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('openWaitingExec', () => {
  it('sends its program, and takes for the answer all until the last word, in pieces or not', async () => {
    const { waiting, says, sent, request } = opened();
    await says('shell /bin/sh\nnot answered\nans');
    await says('wered\n');
    expect(await waiting.answer).toBe('shell /bin/sh\nnot answered\nanswered\n');
    expect([request()?.container, request()?.command, sent]).toEqual([
      'helper',
      ['sh', '-c', 'x'],
      ['program'],
    ]);
  });

  it('sends requests in order, and the end behind the last one', async () => {
    const { waiting, sent } = opened();
    await settled();
    waiting.send(Buffer.from('one'));
    waiting.send(Buffer.from('two'));
    waiting.endInput();
    await settled();
    expect(sent).toEqual(['program', 'one', 'two', 'end']);
  });

  it('hands what comes to whoever listens, and to nobody else', async () => {
    const { waiting, says } = opened();
    await says('answered\n');
    const heard: string[] = [];
    waiting.listen({
      log: (chunk) => void heard.push(Buffer.from(chunk).toString()),
      messages: () => undefined,
    });
    await says('log');
    waiting.listen(null);
    await says('answered\n');
    expect(heard).toEqual(['log']);
  });

  it('an exec is cut off when it goes on and on before there is a script, and nothing of that is kept', async () => {
    const { waiting, says, request } = opened();
    await says('answered\n');
    expect(await waiting.answer).toBe('answered\n');
    for (let count = 0; count < 9; count += 1) await says('x'.repeat(1000));
    expect(request()?.signal?.aborted).toBe(true);
    expect(await waiting.end).toMatchObject({ kind: 'lost' });
  });

  it('has no answer where it ends before, or says too much', async () => {
    const ended = opened();
    ended.end({ kind: 'exited', code: 0 });
    expect(await ended.waiting.answer).toBeNull();
    const endless = opened();
    await endless.says('x'.repeat(9000));
    expect(await endless.waiting.answer).toBeNull();
    expect(await endless.waiting.end).toMatchObject({ kind: 'lost' });
  });

  it('ends with what its exec rejects with, and sends nothing more then', async () => {
    const { waiting, fail, sent } = opened();
    fail(new Error('nobody reads'));
    await expect(waiting.end).rejects.toThrow('nobody reads');
    await settled();
    expect([await waiting.answer, sent]).toEqual([null, ['program', 'end']]);
  });
});
