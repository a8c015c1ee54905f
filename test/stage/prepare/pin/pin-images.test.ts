import { afterEach, describe, expect, it, vi } from 'vitest';
import { Rejection } from '../../../../src/admission/rejection.ts';
import { BuildFailure } from '../../../../src/outcome/build-failure.ts';
import { SystemFailure } from '../../../../src/outcome/system-failure.ts';
import { openRegistries } from '../../../../src/registry/open-registries.ts';
import type { ImageAnswer, ImageQuestion, Registries } from '../../../../src/registry/registries.ts';
import { FakeRegistry } from '../../../registry/fake-registry.ts';
import { putSimpleSignatures, signingKey } from '../../../registry/sign-image.ts';
import { clusterOf, containersOf, start } from '../../prepare-fixture.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const services = [{ name: 'postgres:16' }, { name: 'registry.example.org/tools/redis' }];

function answering(answer: (question: ImageQuestion) => ImageAnswer) {
  const ask = vi.fn((question: ImageQuestion) => Promise.resolve(answer(question)));
  const close = vi.fn();
  return { ask, close, openRegistries: () => Promise.resolve<Registries>({ ask, close }) };
}

const pinned = (letter: string, signedBy: readonly string[] = []): ImageAnswer => ({
  kind: 'pinned',
  digest: digest(letter),
  signedBy,
});

const images = { resolve: 'digest' } as const;
const imagesOf = (cluster: ReturnType<typeof clusterOf>) =>
  containersOf(cluster.of('createPod')[0]?.[0] ?? {}).map(
    (container) => (container as { image?: string }).image,
  );

describe('images: {resolve: digest}', () => {
  it('puts the digest of each image into the pod, of services and helper too, and says them in the log', async () => {
    const letters = new Map([
      ['ruby', 'a'],
      ['helper', 'b'],
      ['postgres', 'c'],
      ['redis', 'd'],
    ]);
    const { openRegistries, close } = answering(({ path }) =>
      pinned(
        letters.get(path.split('/').at(-1) ?? '') ?? 'e',
        path.endsWith('redis') ? ['0123456789ab'] : [],
      ),
    );
    const { done, io, cluster } = start({ changes: { services }, policy: { images }, openRegistries });
    await done;
    expect(imagesOf(cluster)).toEqual([
      `docker.io/library/ruby@${digest('a')}`,
      `docker.io/library/helper@${digest('b')}`,
      `docker.io/library/postgres@${digest('c')}`,
      `registry.example.org/tools/redis@${digest('d')}`,
    ]);
    expect(io.lines()).toEqual(
      expect.arrayContaining([
        `Image ruby:3.4 is ${digest('a')}`,
        `Image registry.example.org/tools/redis is ${digest('d')}, signed with the key 0123456789ab`,
      ]),
    );
    expect(close).toHaveBeenCalledOnce();
  });

  it('asks once for an image that two containers have', async () => {
    const { ask, openRegistries } = answering(() => pinned('a'));
    await start({
      changes: { services: [{ name: 'ruby:3.4', alias: 'other' }] },
      policy: { images },
      openRegistries,
    }).done;
    expect(ask.mock.calls.map(([{ path }]) => path)).toEqual(['library/ruby', 'library/helper']);
  });

  it("asks with the job's credentials for a registry, then with the operator's, and with no others", async () => {
    const { ask, openRegistries } = answering(() => pinned('a'));
    const encode = (pair: string): string => Buffer.from(pair).toString('base64');
    const secret = {
      auths: {
        'registry.example.org': { auth: encode('op:secret') },
        'other.example.org': { auth: encode('no:no') },
      },
    };
    const cluster = { ...clusterOf(), readPullSecret: vi.fn(() => Promise.resolve(JSON.stringify(secret))) };
    const credentials = [
      { type: 'registry', url: 'registry.example.org', username: 'job', password: 'token' },
    ];
    await start({
      changes: { services, credentials },
      policy: { images, image_pull_secrets: ['mirror'] },
      cluster,
      openRegistries,
    }).done;
    expect(new Map(ask.mock.calls.map(([{ path, credentials: used }]) => [path, used]))).toEqual(
      new Map([
        ['library/ruby', []],
        ['library/helper', []],
        ['library/postgres', []],
        ['tools/redis', [encode('job:token'), encode('op:secret')]],
      ]),
    );
  });

  it('names a pull secret that is not there', async () => {
    const cluster = { ...clusterOf(), readPullSecret: () => Promise.resolve(null) };
    const { openRegistries } = answering(() => pinned('a'));
    const { done } = start({ policy: { images, image_pull_secrets: ['mirror'] }, cluster, openRegistries });
    await expect(done).rejects.toThrow(/no Secret mirror of type kubernetes.io\/dockerconfigjson/);
  });

  // @promise start: a registry does not answer when a tag is resolved — system failure, tried again; nothing was made in the cluster
  it.each<[string, ImageAnswer, typeof BuildFailure | typeof SystemFailure, RegExp]>([
    [
      "that does not exist is the author's to fix",
      { kind: 'not-found', message: 'there is no tag 3.4' },
      BuildFailure,
      /ruby:3.4 of the build container does not exist.*no tag/,
    ],
    [
      'that is denied says which credentials were tried',
      { kind: 'denied', message: 'HTTP 401' },
      BuildFailure,
      /refuses access.*has no credentials for docker.io/,
    ],
    [
      'on the machine itself is not asked for',
      { kind: 'forbidden-host', message: 'localhost is an address of the machine' },
      BuildFailure,
      /cannot be resolved.*name it in `images.registries`/,
    ],
    [
      'whose registry is away may be there for the next try',
      { kind: 'failed', message: 'HTTP 503' },
      SystemFailure,
      /cannot be resolved to a digest.*HTTP 503/,
    ],
  ])('an image %s', async (_, answer, failure, words) => {
    const { openRegistries } = answering(({ path }) => (path.endsWith('ruby') ? answer : pinned('a')));
    const { done, cluster } = start({ policy: { images }, openRegistries });
    await expect(done).rejects.toThrow(words);
    await expect(done).rejects.toBeInstanceOf(failure);
    expect(cluster.of('createPod')).toEqual([]);
  });

  it("what goes wrong with the helper image is the operator's", async () => {
    const { openRegistries } = answering(({ path }) =>
      path.endsWith('helper') ? { kind: 'not-found', message: 'there is no tag 19' } : pinned('a'),
    );
    await expect(start({ policy: { images }, openRegistries }).done).rejects.toBeInstanceOf(SystemFailure);
  });
});

describe('images: {require_signature: …}', () => {
  const unsigned: ImageAnswer = {
    kind: 'unsigned',
    digest: digest('a'),
    why: 'Its registry has no signature of it.',
  };
  const policyFor = (patterns: string[]) => ({
    images: { require_signature: [{ images: patterns, keys: ['PEM'] }] },
  });

  it('asks for the signatures of the images that it is about, and for the digests of all', async () => {
    const { ask, openRegistries } = answering(() => pinned('a'));
    await start({
      changes: { services },
      policy: policyFor(['ruby:*', 'registry.example.org/**']),
      openRegistries,
    }).done;
    expect(ask.mock.calls.map(([{ path, keys }]) => [path, keys])).toEqual([
      ['library/ruby', [['PEM']]],
      ['library/helper', []],
      ['library/postgres', []],
      ['tools/redis', [['PEM']]],
    ]);
  });

  it('a job with unsigned images is rejected with all of them, before there is a pod', async () => {
    const { openRegistries } = answering(({ path }) => (path.endsWith('helper') ? pinned('b') : unsigned));
    const { done, io, cluster } = start({ changes: { services }, policy: policyFor(['**']), openRegistries });
    await expect(done).rejects.toBeInstanceOf(Rejection);
    const log = io.lines().join('\n');
    expect(log).toContain('This runner does not allow 3 things that this job asks for.');
    expect(log).toMatch(
      /image: ruby:3.4\n +Why: +Its registry has no signature of it. What was looked at is sha256:a+/,
    );
    expect(log).toMatch(/services\[1\]: registry.example.org\/tools\/redis/);
    expect(cluster.of('createPod')).toEqual([]);
  });

  it('an unsigned helper image is no matter of the author', async () => {
    const { openRegistries } = answering(({ path }) => (path.endsWith('helper') ? unsigned : pinned('a')));
    const { done } = start({ policy: policyFor(['**']), openRegistries });
    await expect(done).rejects.toThrow(/helper.*is not signed as `require_signature` of the policy asks/);
    await expect(done).rejects.not.toBeInstanceOf(Rejection);
  });
});

describe('a registry whose tag moves', () => {
  const open: FakeRegistry[] = [];
  afterEach(() => Promise.all(open.splice(0).map((registry) => registry.close())));

  it('what was judged is what the pod names, though the tag is another image by then', async () => {
    const registry = await FakeRegistry.start();
    open.push(registry);
    const key = signingKey();
    const judged = registry.putManifest('app', { layers: ['judged'] }, { tag: '1' });
    putSimpleSignatures(registry, [{ path: 'app', digest: judged, by: key }]);
    registry.putManifest('helper', {}, { tag: '1' });
    registry.fault = ({ url = '' }) => {
      // As soon as the question for the tag is on its way back, somebody moves it.
      if (url.endsWith('.sig')) registry.putManifest('app', { layers: ['evil'] }, { tag: '1' });
      return false;
    };
    const { done, cluster } = start({
      changes: { image: { name: `${registry.host}/app:1` } },
      policy: {
        helper_image: `${registry.host}/helper:1`,
        images: {
          require_signature: [{ images: ['**/app:*'], keys: [key.publicPem] }],
          registries: registry.registries,
        },
      },
      openRegistries: () => Promise.resolve(openRegistries()),
    });
    await done;
    expect(imagesOf(cluster)[0]).toBe(`${registry.host}/app@${judged}`);
  });
});
