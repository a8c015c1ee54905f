import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { JobRecord } from '../../src/record/job-record.ts';
import { openRegistries } from '../../src/registry/open-registries.ts';
import type { ImageQuestion } from '../../src/registry/registries.ts';
import { FakeRegistry } from '../registry/fake-registry.ts';
import { putSimpleSignatures, signingKey } from '../registry/sign-image.ts';
import { attackSuite } from './attack-suite.ts';

const key = signingKey();
const attackers = signingKey();
const registry = await FakeRegistry.start();
const judged = registry.putManifest('app', { layers: ['judged'] }, { tag: '1' });
const moved = registry.putManifest('app', { layers: ['moved'] });
const helper = registry.putManifest('helper', {}, { tag: '1' });
putSimpleSignatures(registry, [
  { path: 'app', digest: judged, by: attackers },
  { path: 'app', digest: judged, by: key },
]);
afterAll(() => registry.close());

const name = (path: string): string => `${registry.host}/${path}`;
const { reason, cluster } = await attackSuite('what is admitted is what is pulled', {
  embedded: "the node pulls from this test's registry",
  options: {
    aliases: {
      // The tag is what somebody moved it to; only the digest still leads to the image that was looked at.
      [name('app:1')]: 'busybox',
      [name(`app@${moved}`)]: 'busybox',
      [name(`app@${judged}`)]: 'build',
      [name('helper:1')]: 'helper',
      [name(`helper@${helper}`)]: 'helper',
    },
  },
});

describe.skipIf(reason)('what is admitted is what is pulled', () => {
  const run = (image: string, keys: readonly string[]) =>
    cluster().run(
      { image, script: ['command -v git >/dev/null && echo "it is what was judged"'] },
      {
        policy: {
          helper_image: name('helper:1'),
          job_records: { to: join(cluster().directory, 'jobs.jsonl') },
          images: {
            require_signature: [{ images: ['**/app:*', '**/app@*'], keys }],
            registries: registry.registries,
          },
        },
      },
    );

  it('a tag that moves between admission and pull moves nobody', async () => {
    registry.fault = ({ url = '' }) => {
      if (url.endsWith('.sig')) registry.putManifest('app', { layers: ['moved'] }, { tag: '1' });
      return false;
    };
    const result = await run(name('app:1'), [key.publicPem]);
    expect(result.state).toBe('success');
    expect(result.readableTrace).toContain('it is what was judged');
    expect(result.readableTrace).toMatch(
      new RegExp(`Image ${name('app:1')} is ${judged}, signed with the key`),
    );
  });

  it("an image without the operator's signature runs nowhere, by tag or by digest, and its author reads why", async () => {
    registry.putManifest('app', { layers: ['moved'] }, { tag: '1' });
    for (const image of [name('app:1'), name(`app@${moved}`)]) {
      const result = await run(image, [key.publicPem]);
      expect(result.failureReason).toBe('script_failure');
      expect(result.readableTrace).toContain('needs a signature that an image of this job does not have');
      expect(result.readableTrace).toContain(moved);
    }
  });

  it('the record of each of these jobs says what was asked, what ran, and how it ended', () => {
    const lines = readFileSync(join(cluster().directory, 'jobs.jsonl'), 'utf8').trimEnd().split('\n');
    const [ran, ...refused] = lines.map((line) => JSON.parse(line) as JobRecord);
    expect(ran).toMatchObject({
      outcome: 'success',
      images: [
        { container: 'build', asked: name('app:1'), allowed: true, code: 'unrestricted', digest: judged },
      ],
      pod: { uid: '1000', uid_map: expect.stringMatching(/^0 \d+ 65536$/) as string },
    });
    expect(ran?.stages.map(({ stage, sub_stage }) => sub_stage || stage)).toEqual(
      expect.arrayContaining(['prepare', 'get_sources', 'build_script', 'cleanup']),
    );
    expect(refused.map(({ outcome, code, findings }) => [outcome, code, findings])).toEqual([
      ['build-failure', 'rejected', [{ kind: 'signature', key: 'image' }]],
      ['build-failure', 'rejected', [{ kind: 'signature', key: 'image' }]],
    ]);
  });
});

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function attacked(options?: Parameters<typeof FakeRegistry.start>[0]): Promise<FakeRegistry> {
  const one = await FakeRegistry.start(options);
  open.push(() => one.close());
  return one;
}

function ask(one: FakeRegistry, rest: Partial<ImageQuestion> = {}, limits = {}) {
  const registries = openRegistries({ pauses: [], ...limits });
  open.push(() => registries.close());
  return registries.ask({
    ...{ registry: one.host, path: 'app', tag: '1', digest: null, keys: [], credentials: [] },
    ...{ registries: one.registries, env: {}, signal: new AbortController().signal },
    ...rest,
  });
}

const secret = Buffer.from('ci:the-secret').toString('base64');

describe('a registry that is hostile', () => {
  it.each(['HEAD', 'GET'])(
    'a registry gets no credentials sent elsewhere by a redirect of its %s',
    async (method) => {
      const thief: (string | undefined)[] = [];
      const other = createServer(({ headers }: IncomingMessage, response) => {
        thief.push(headers.authorization);
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="me"' }).end();
      });
      await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
      open.push(() => other.close());
      const to = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      const one = await attacked({
        credentials: { scheme: 'basic', pair: 'ci:the-secret' },
        hidesDigest: true,
      });
      one.putManifest('app', {}, { tag: '1' });
      one.fault = (request, response) => {
        if (request.method !== method || request.headers.authorization === undefined) return false;
        response.writeHead(307, { Location: `https://${to}/` }).end();
        return true;
      };
      const registries = { ...one.registries, [to]: {} };
      expect(await ask(one, { credentials: [secret], registries })).toMatchObject({ kind: 'failed' });
      // By HTTP, if it were followed there, it would have heard something.
      one.fault = (_, response) => {
        response.writeHead(307, { Location: `http://${to}/` }).end();
        return true;
      };
      const answer = await ask(one, {
        credentials: [secret],
        registries: { ...registries, [to]: { plain_http: true } },
      });
      expect(answer).toMatchObject({
        kind: 'failed',
        message: expect.stringContaining('not HTTPS') as string,
      });
      expect(thief).toEqual([]);
    },
  );

  it('a registry gets no credentials shown to another host, which asks for them', async () => {
    const two = await attacked({ isSecure: true, credentials: { scheme: 'basic', pair: 'ci:the-secret' } });
    const one = await attacked({ isSecure: true });
    one.fault = (_, response) => {
      response.writeHead(307, { Location: `${two.origin}/v2/app/manifests/1` }).end();
      return true;
    };
    const registries = { ...one.registries, ...two.registries };
    expect(await ask(one, { credentials: [secret], registries })).toMatchObject({ kind: 'denied' });
    expect(two.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('a registry cannot make a token service without TLS get the credentials', async () => {
    const heard: unknown[] = [];
    const one = await attacked({ isSecure: true });
    const plain = await attacked();
    plain.fault = ({ headers }) => heard.push(headers.authorization) < 0;
    one.fault = (_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${plain.origin}/token"` }).end();
      return true;
    };
    const registries = { ...one.registries, ...plain.registries };
    expect(await ask(one, { credentials: [secret], registries })).toMatchObject({ kind: 'failed' });
    expect(heard).toEqual([]);
  });

  it.each([
    '127.0.0.1:6443',
    'localhost:8080',
    '127.1:80',
    '169.254.169.254',
    '[::1]:8080',
    '[::ffff:127.0.0.1]:8080',
    '2130706433:80',
    'metadata.localhost:80',
  ])("a registry cannot be the runner's own machine or its metadata, as %s", async (host) => {
    const one = await attacked();
    expect(await ask(one, { registry: host })).toMatchObject({ kind: 'forbidden-host' });
  });

  it("a registry cannot send us to the runner's own machine", async () => {
    const one = await attacked();
    one.fault = (_, response) => {
      response.writeHead(302, { Location: 'https://127.0.0.1:1/' }).end();
      return true;
    };
    expect(await ask(one)).toMatchObject({ kind: 'forbidden-host' });
  });

  it('an answer without end is cut off', async () => {
    const one = await attacked({ hidesDigest: true });
    one.putManifest('app', {}, { tag: '1' });
    one.fault = ({ method }, response) => {
      if (method === 'HEAD') return false;
      response.writeHead(200, { 'Content-Type': 'application/vnd.oci.image.index.v1+json' });
      const more = (): void => void response.write(Buffer.alloc(256 * 1024), (error) => error ?? more());
      more();
      return true;
    };
    const answer = await ask(one);
    expect(answer).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/longer than 4194304 bytes/) as string,
    });
  });

  it('an answer that comes a byte at a time is not waited for', async () => {
    const one = await attacked({ hidesDigest: true });
    one.putManifest('app', {}, { tag: '1' });
    one.fault = ({ method }, response) => {
      if (method === 'HEAD') return false;
      response.writeHead(200, { 'Content-Type': 'application/vnd.oci.image.index.v1+json' });
      const drip = setInterval(() => void response.write('{'), 20);
      response.once('close', () => clearInterval(drip));
      return true;
    };
    const message = expect.stringMatching(/gave no whole answer within 0.2 s/) as string;
    expect(await ask(one, {}, { answerMilliseconds: 200 })).toEqual({ kind: 'failed', message });
  });

  it('a registry that answers nothing is waited for as long as the stage wants', async () => {
    const one = await attacked();
    one.fault = () => true;
    await expect(ask(one, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/i);
  });

  it.each<[string, string, Record<string, string>]>([
    ['digest', 'app', { 'Docker-Content-Digest': 'sha256:abc\u00e9', 'Content-Type': 'text/plain' }],
    ['realm', 'app', { 'WWW-Authenticate': `Bearer realm="${'x'.repeat(5000)}"` }],
    ['location', 'app', { Location: 'gopher://x/' }],
  ])('garbage as its %s makes no digest', async (kind, _, headers) => {
    const one = await attacked();
    const status = kind === 'digest' ? 200 : kind === 'realm' ? 401 : 302;
    one.fault = (_request, response) => {
      response.writeHead(status, headers).end('{"schemaVersion": {"a": []');
      return true;
    };
    expect((await ask(one, { credentials: [secret] })).kind).toMatch(/^(failed|denied)$/);
  });

  it('a registry with a thousand signatures is not asked for all of them', async () => {
    const one = await attacked();
    const digest = one.putManifest('app', {}, { tag: '1' });
    putSimpleSignatures(
      one,
      Array.from({ length: 1000 }, () => ({ path: 'app', digest, by: attackers })),
    );
    expect(await ask(one, { keys: [[key.publicPem]] })).toMatchObject({ kind: 'unsigned' });
    expect(one.requests.length).toBeLessThan(60);
  });

  it.each([
    'null',
    '[]',
    '{"layers": {}}',
    '{"layers": [null, 1, {"mediaType": 1}, {"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", "annotations": {"dev.cosignproject.cosign/signature": "AAAA"}, "digest": "../../secret"}]}',
  ])('%s in place of signatures is none', async (body) => {
    const one = await attacked();
    one.putManifest('app', {}, { tag: '1' });
    one.fault = ({ url = '' }, response) => {
      if (url.endsWith('/1')) return false;
      response.writeHead(200).end(body);
      return true;
    };
    expect(await ask(one, { keys: [[key.publicPem]] })).toMatchObject({ kind: 'unsigned' });
  });
});
