import { expect, test } from 'vitest';
import type { RegistryQuestion, Session } from '../../src/registry/http/session.ts';
import { isDigest, resolveDigest } from '../../src/registry/resolve-digest.ts';
import { digestOf, manifestType } from './fake-registry.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function sessionOf(headers: Record<string, string>, body = ''): Session & { asked: RegistryQuestion[] } {
  const asked: RegistryQuestion[] = [];
  return {
    asked,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve({ status: 200, headers, body: Buffer.from(body) });
    },
  };
}

test('believes a digest that looks like one', async () => {
  const session = sessionOf({ 'docker-content-digest': digest });
  expect(await resolveDigest(session, '1')).toBe(digest);
  expect(session.asked).toHaveLength(1);
});

test.each(['', 'sha256:short', `md5:${'a'.repeat(64)}`, `${digest}\n`, `${digest}@evil`])(
  'counts for itself where it reads %j',
  async (said) => {
    const session = sessionOf(
      { 'docker-content-digest': said, 'content-type': `${manifestType}; charset=utf-8` },
      '{}',
    );
    expect(await resolveDigest(session, '1')).toBe(digestOf(Buffer.from('{}')));
  },
);

test('a digest is a sha256 in small letters, and nothing else', () => {
  expect(isDigest(digest)).toBe(true);
  for (const other of [digest.toUpperCase(), `${digest}a`, digest.slice(0, -1), 5, null])
    expect(isDigest(other)).toBe(false);
});
