import { describe, expect, it } from 'vitest';
import type { Connection, CredentialStore } from '../../../../src/cluster/cluster.ts';
import type { Credentials } from '../../../../src/cluster/kubernetes/connection/credentials.ts';
import { keepCredentials } from '../../../../src/cluster/kubernetes/connection/keep-credentials.ts';

const connection: Connection = {
  server: 'https://api.example',
  namespace: 'ci',
  credentials: { kind: 'kubeconfig', file: '/etc/kubeconfig', user: 'runner' },
};
const first = { isRenewal: false };
const renewal = { isRenewal: true };

/** What the processes of one attempt share. */
function attempt(answers: Partial<Credentials> = {}) {
  let stored: string | null = null;
  const store: CredentialStore = {
    load: () => Promise.resolve(stored),
    save: (text) => {
      stored = text;
      return Promise.resolve();
    },
    remove: () => {
      stored = null;
      return Promise.resolve();
    },
  };
  let calls = 0;
  let now = 0;
  const read = (): Promise<Credentials> => {
    calls += 1;
    return Promise.resolve({ token: `token-${calls}`, freshUntil: now + 1000, ...answers });
  };
  return {
    /** One that has just started. */
    process: () => keepCredentials({ read, store, now: () => now }),
    calls: () => calls,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    stored: () => stored,
    put: (text: string) => {
      stored = text;
    },
  };
}

describe('keepCredentials', () => {
  it('asks a plugin once for all processes of an attempt, while its token is fresh', async () => {
    const all = attempt();
    for (let process = 0; process < 9; process += 1)
      expect(await all.process()(connection, first)).toMatchObject({ token: 'token-1' });
    expect(all.calls()).toBe(1);
  });

  it('asks again before the token expires', async () => {
    const all = attempt();
    await all.process()(connection, first);
    all.pass(1000);
    expect(await all.process()(connection, first)).toMatchObject({ token: 'token-2' });
    expect(await all.process()(connection, first)).toMatchObject({ token: 'token-2' });
    expect(all.calls()).toBe(2);
  });

  it('asks again after a 401, and keeps the new token', async () => {
    const all = attempt();
    await all.process()(connection, first);
    expect(await all.process()(connection, renewal)).toMatchObject({ token: 'token-2' });
    expect(await all.process()(connection, first)).toMatchObject({ token: 'token-2' });
  });

  it('keeps a client certificate as it keeps a token', async () => {
    const all = attempt({ certificate: 'c', key: 'k' });
    await all.process()(connection, first);
    expect(await all.process()(connection, first)).toMatchObject({ certificate: 'c', key: 'k' });
    expect(all.calls()).toBe(1);
  });

  it.each([
    ['without an end', { freshUntil: Number.POSITIVE_INFINITY }],
    ['that are over already', { freshUntil: 0 }],
  ])('writes no credentials %s', async (_, answers) => {
    const all = attempt(answers);
    await all.process()(connection, first);
    await all.process()(connection, first);
    expect([all.calls(), all.stored()]).toEqual([2, null]);
  });

  it('writes nothing of what stands in a kubeconfig, which says no end', async () => {
    const all = attempt();
    const inline = keepCredentials({
      read: () => Promise.resolve({ token: 'inline' }),
      store: {
        load: () => Promise.resolve(null),
        save: (text) => Promise.reject(new Error(text)),
        remove: () => Promise.resolve(),
      },
      now: () => 0,
    });
    expect(await inline(connection, first)).toEqual({ token: 'inline' });
    expect(all.stored()).toBeNull();
  });

  it('forgets what a 401 refused where the new credentials cannot be kept', async () => {
    const all = attempt({ freshUntil: Number.POSITIVE_INFINITY });
    all.put(JSON.stringify({ connection, credentials: { token: 'old', freshUntil: 1000 } }));
    expect(await all.process()(connection, first)).toMatchObject({ token: 'old' });
    await all.process()(connection, renewal);
    expect(all.stored()).toBeNull();
  });

  it.each([
    [
      'of another cluster',
      { connection: { ...connection, server: 'https://other' }, credentials: { token: 'x' } },
    ],
    [
      'of another user',
      { connection: { ...connection, credentials: { kind: 'none' } }, credentials: { token: 'x' } },
    ],
    ['cut short', '{"connection"'],
    ['that are none', 'null'],
  ])('passes over credentials %s', async (_, kept) => {
    const all = attempt();
    all.put(
      typeof kept === 'string'
        ? kept
        : JSON.stringify({ ...kept, credentials: { token: 'x', freshUntil: 9e9 } }),
    );
    expect(await all.process()(connection, first)).toMatchObject({ token: 'token-1' });
  });
});
