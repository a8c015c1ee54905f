import { afterEach, describe, expect, it, vi } from 'vitest';
import { openRegistries } from '../../src/registry/open-registries.ts';
import type { ImageQuestion } from '../../src/registry/registries.ts';
import { basic, FakeRegistry, type FakeRegistryOptions, indexType } from './fake-registry.ts';
import { putBundle, putSimpleSignatures, type SigningKey, signingKey } from './sign-image.ts';

const path = 'team/app';
const image = { schemaVersion: 2, layers: [] };
const encode = (pair: string): string => Buffer.from(pair).toString('base64');

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function fakeRegistry(options?: FakeRegistryOptions): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  open.push(registry);
  return registry;
}

function registriesOfTest() {
  const registries = openRegistries({ pauses: [1, 1] });
  open.push(registries);
  return registries;
}

const question = (registry: FakeRegistry, rest: Partial<ImageQuestion> = {}): ImageQuestion => ({
  registry: registry.host,
  path,
  tag: '1',
  digest: null,
  keys: [],
  credentials: [],
  registries: registry.registries,
  env: {},
  signal: new AbortController().signal,
  ...rest,
});

const ask = (registry: FakeRegistry, rest?: Partial<ImageQuestion>) =>
  registriesOfTest().ask(question(registry, rest));

describe('the digest of a tag', () => {
  it.each([
    ['without TLS where the policy says so', {}],
    ['by TLS, with the authority of the policy', { isSecure: true }],
    ['of a registry that names none, from the manifest itself', { hidesDigest: true }],
  ])('a digest is found %s', async (_, options) => {
    const registry = await fakeRegistry(options);
    const digest = registry.putManifest(path, image, { tag: '1' });
    expect(await ask(registry)).toEqual({ kind: 'pinned', digest, signedBy: [] });
  });

  it('a digest is that of the list where there are several platforms', async () => {
    const registry = await fakeRegistry();
    const one = registry.putManifest(path, image);
    const digest = registry.putManifest(
      path,
      { manifests: [{ digest: one }] },
      { tag: '1', type: indexType },
    );
    expect(await ask(registry)).toMatchObject({ digest });
  });

  it('costs one question of an open registry', async () => {
    const registry = await fakeRegistry();
    registry.putManifest(path, image, { tag: '1' });
    await ask(registry);
    expect(registry.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `HEAD /v2/${path}/manifests/1`,
    ]);
  });

  it('nobody is asked for one that stands in the name, unless a signature is needed', async () => {
    const registry = await fakeRegistry();
    const digest = registry.putManifest(path, image);
    expect(await ask(registry, { digest })).toMatchObject({ kind: 'pinned', digest });
    expect(registry.requests).toEqual([]);
  });

  it('does not exist where there is no such tag', async () => {
    const registry = await fakeRegistry();
    expect(await ask(registry)).toEqual({ kind: 'not-found', message: 'there is no tag 1' });
  });
});

describe('credentials', () => {
  it.each(['basic', 'bearer'] as const)('open a registry by %s, the first that it takes', async (scheme) => {
    const registry = await fakeRegistry({ credentials: { scheme, pair: 'ci:right' } });
    const digest = registry.putManifest(path, image, { tag: '1' });
    const credentials = ['ci:wrong', 'ci:right'].map(encode);
    expect(await ask(registry, { credentials })).toMatchObject({ kind: 'pinned', digest });
  });

  it.each(['basic', 'bearer'] as const)('wrong or missing credentials are denied by %s', async (scheme) => {
    const registry = await fakeRegistry({ credentials: { scheme, pair: 'ci:right' } });
    registry.putManifest(path, image, { tag: '1' });
    expect(await ask(registry, { credentials: [encode('ci:wrong')] })).toMatchObject({ kind: 'denied' });
    expect(await ask(registry)).toMatchObject({ kind: 'denied' });
  });

  it('credentials are sent once for all that is asked of an image', async () => {
    const registry = await fakeRegistry({ credentials: { scheme: 'bearer', pair: 'ci:right' } });
    const key = signingKey();
    const digest = registry.putManifest(path, image, { tag: '1' });
    putSimpleSignatures(registry, [{ path, digest, by: key }]);
    await ask(registry, { credentials: [encode('ci:right')], keys: [[key.publicPem]] });
    expect(registry.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
    expect(registry.requests.filter(({ authorization }) => authorization === basic('ci:right'))).toHaveLength(
      1,
    );
  });
});

describe('a signature', () => {
  const layouts: [
    string,
    FakeRegistryOptions,
    (registry: FakeRegistry, digest: string, by: SigningKey, about?: string) => void,
  ][] = [
    [
      'behind a tag',
      {},
      (registry, digest, by, about = digest) => putSimpleSignatures(registry, [{ path, digest, by, about }]),
    ],
    [
      'in a bundle',
      {},
      (registry, digest, by, about = digest) => void putBundle(registry, { path, digest, by, about }),
    ],
    [
      'in a bundle behind a tag',
      { hasNoReferrers: true },
      (registry, digest, by, about = digest) =>
        void putBundle(registry, { path, digest, by, about }, { isBehindTag: true }),
    ],
  ];

  it.each(layouts)('%s is found and checked', async (_, options, put) => {
    const registry = await fakeRegistry(options);
    const key = signingKey();
    const digest = registry.putManifest(path, image, { tag: '1' });
    put(registry, digest, key);
    const answer = await ask(registry, { keys: [[signingKey().publicPem, key.publicPem]] });
    expect(answer).toEqual({ kind: 'pinned', digest, signedBy: [expect.stringMatching(/^[0-9a-f]{12}$/)] });
  });

  it.each(layouts)('%s by another key counts for nothing', async (_, options, put) => {
    const registry = await fakeRegistry(options);
    const digest = registry.putManifest(path, image, { tag: '1' });
    put(registry, digest, signingKey());
    const why = expect.stringMatching(/is by another key; the key [0-9a-f]{12} is needed/) as string;
    expect(await ask(registry, { keys: [[signingKey().publicPem]] })).toEqual({
      kind: 'unsigned',
      digest,
      why,
    });
  });

  it.each(layouts)('%s of another image counts for nothing', async (_, options, put) => {
    const registry = await fakeRegistry(options);
    const key = signingKey();
    const signed = registry.putManifest(path, { ...image, layers: [1] });
    const digest = registry.putManifest(path, image, { tag: '1' });
    put(registry, digest, key, signed);
    const why = expect.stringContaining('is of another image') as string;
    expect(await ask(registry, { keys: [[key.publicPem]] })).toEqual({ kind: 'unsigned', digest, why });
  });

  it('a signature behind a tag is found where a registry refuses the question for referrers', async () => {
    const registry = await fakeRegistry();
    const key = signingKey();
    const digest = registry.putManifest(path, image, { tag: '1' });
    putBundle(registry, { path, digest, by: key }, { isBehindTag: true });
    registry.fault = ({ url = '' }, response) => url.includes('/referrers/') && response.writeHead(405).end();
    expect(await ask(registry, { keys: [[key.publicPem]] })).toMatchObject({ kind: 'pinned' });
  });

  it('a signature is missed where there is none', async () => {
    const registry = await fakeRegistry();
    const digest = registry.putManifest(path, image, { tag: '1' });
    const why = expect.stringContaining('has no signature of it') as string;
    expect(await ask(registry, { keys: [[signingKey().publicPem]] })).toEqual({
      kind: 'unsigned',
      digest,
      why,
    });
  });

  it('a signature by each of two is needed where two are asked for', async () => {
    const registry = await fakeRegistry();
    const [one, other] = [signingKey(), signingKey()];
    const keys = [[one.publicPem], [other.publicPem]];
    const digest = registry.putManifest(path, image, { tag: '1' });
    putSimpleSignatures(registry, [{ path, digest, by: one }]);
    expect(await ask(registry, { keys })).toMatchObject({ kind: 'unsigned' });
    putBundle(registry, { path, digest, by: other });
    const answer = await ask(registry, { keys });
    expect(answer).toMatchObject({ kind: 'pinned', digest });
    expect(answer.kind === 'pinned' && answer.signedBy).toHaveLength(2);
  });

  it('a report that the same key signed is no signature', async () => {
    const registry = await fakeRegistry();
    const key = signingKey();
    const digest = registry.putManifest(path, image, { tag: '1' });
    putBundle(registry, { path, digest, by: key }, { predicateType: 'https://slsa.dev/provenance/v1' });
    expect(await ask(registry, { keys: [[key.publicPem]] })).toMatchObject({ kind: 'unsigned' });
  });

  it('a signature that was found once is not looked for again', async () => {
    const registry = await fakeRegistry();
    const key = signingKey();
    const digest = registry.putManifest(path, image, { tag: '1' });
    putSimpleSignatures(registry, [{ path, digest, by: key }]);
    const registries = registriesOfTest();
    const keys = [[key.publicPem]];
    await registries.ask(question(registry, { keys }));
    const { length } = registry.requests;
    expect(await registries.ask(question(registry, { keys, digest }))).toMatchObject({ kind: 'pinned' });
    expect(registry.requests).toHaveLength(length);
    expect(
      await registries.ask(question(registry, { keys: [[signingKey().publicPem]], digest })),
    ).toMatchObject({ kind: 'unsigned' });
  });
});

describe('a registry in trouble', () => {
  it('a busy registry is asked again, and may then answer', async () => {
    const registry = await fakeRegistry();
    const digest = registry.putManifest(path, image, { tag: '1' });
    let busy = 1;
    registry.fault = (_, response) => {
      if (busy-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    };
    expect(await ask(registry)).toMatchObject({ kind: 'pinned', digest });
  });

  it('an answer of something else than a registry ends it, and nobody asks again', async () => {
    const registry = await fakeRegistry({ hidesDigest: true });
    registry.fault = (_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Please log in</html>');
      return true;
    };
    expect(await ask(registry)).toEqual({ kind: 'failed', message: 'its answer is no manifest of an image' });
    expect(registry.requests).toHaveLength(2);
  });

  it('a registry whose name is unknown has no digest', async () => {
    const registry = await fakeRegistry();
    const unknown = await ask(registry, { registry: 'no-such-host.invalid' });
    expect(unknown.kind).toMatch(/^(unknown-host|failed)$/);
    expect(unknown).not.toHaveProperty('digest');
  });

  it('a registry is given up when the stage is to end', async () => {
    const registry = await fakeRegistry();
    const stop = new AbortController();
    registry.fault = () => {
      stop.abort();
      return true;
    };
    await expect(ask(registry, { signal: stop.signal })).rejects.toThrow(/abort/i);
  });

  it('does not make a rejection that nobody handles', async () => {
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);
    const registry = await fakeRegistry();
    registry.fault = (request) => {
      request.socket.destroy();
      return registry.requests.length <= 3;
    };
    expect(await ask(registry)).toMatchObject({ kind: 'failed' });
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
