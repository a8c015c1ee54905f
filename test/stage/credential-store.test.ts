import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialStore } from '../../src/stage/credential-store.ts';
import { fakeIo } from './fake-io.ts';

const refusing = () => Promise.reject(new Error('EIO'));

describe('credentialStore', () => {
  it("keeps a text in the attempt's directory by the private way of files, and removes it", async () => {
    const io = fakeIo();
    const store = credentialStore(io);
    expect(await store?.load()).toBeNull();
    await store?.save('secret');
    expect(await store?.load()).toBe('secret');
    expect([...io.stored.keys()]).toEqual(['/tmp/custom-executor1/gitlab-pod-executor.credentials']);
    await store?.remove();
    expect(io.stored.size).toBe(0);
  });

  it('credentialStore is undefined without the directory of an attempt', () => {
    expect(credentialStore({ env: {}, files: fakeIo().files })).toBeUndefined();
  });

  it('never rejects: a full disk costs time, not the job', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credential-store-'));
    const store = credentialStore({
      env: { TMPDIR: directory },
      files: { read: refusing, writePrivate: refusing, exists: refusing, list: refusing, remove: refusing },
    });
    await store?.save('secret');
    await store?.remove();
    expect([await store?.load(), readdirSync(directory)]).toEqual([null, []]);
    rmSync(directory, { recursive: true });
  });
});
