// A registry on loopback that keeps what it is given, asks for credentials where a test wants it, and misbehaves on request. It speaks
// the pulling half of the OCI distribution protocol, over real HTTP.
import { createHash } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { RegistryAccess } from '../../src/registry/registries.ts';
import { createServerIdentity } from '../embedded-cluster/tls/certificate.ts';

export interface FakeRegistryOptions {
  /** With TLS, whose authority is in `access`. */
  readonly isSecure?: boolean;
  /** `user:password`; with `bearer`, a token service on the same host hands out tokens for it. */
  readonly credentials?: { readonly scheme: 'basic' | 'bearer'; readonly pair: string };
  /** Does not know the referrers API: they are behind a tag. */
  readonly hasNoReferrers?: boolean;
  readonly hidesDigest?: boolean;
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

/** Anything but false and nothing: it has answered. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => unknown;

interface StoredManifest {
  readonly body: Buffer;
  readonly type: string;
}

export const indexType = 'application/vnd.oci.image.index.v1+json';
export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const token = 'a-token-of-the-fake-registry';

export class FakeRegistry {
  readonly host: string;
  readonly access: RegistryAccess;
  readonly requests: SeenRequest[] = [];
  /** Answers in the registry's place. */
  fault: Fault = () => false;
  readonly #server: ReturnType<typeof createHttpServer>;
  readonly #options: FakeRegistryOptions;
  readonly #manifests = new Map<string, StoredManifest>();
  readonly #tags = new Map<string, string>();
  readonly #blobs = new Map<string, Buffer>();

  private constructor(
    server: ReturnType<typeof createHttpServer>,
    access: RegistryAccess,
    options: FakeRegistryOptions,
  ) {
    this.#server = server;
    this.#options = options;
    this.access = access;
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const identity = options.isSecure === true ? createServerIdentity(new Date()) : null;
    const server = identity
      ? createHttpsServer({ cert: identity.certificatePem, key: identity.privateKeyPem })
      : createHttpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const access = identity
      ? { certificate_authority: identity.certificateAuthorityPem }
      : { plain_http: true };
    return new FakeRegistry(server, access, options);
  }

  get registries(): Readonly<Record<string, RegistryAccess>> {
    return { [this.host]: this.access };
  }

  get origin(): string {
    return `${this.access.plain_http === true ? 'http' : 'https'}://${this.host}`;
  }

  /** @returns its digest */
  putManifest(
    path: string,
    manifest: unknown,
    { tag, type = manifestType }: { tag?: string; type?: string } = {},
  ): string {
    const body = Buffer.from(JSON.stringify(manifest));
    const digest = digestOf(body);
    this.#manifests.set(`${path}@${digest}`, { body, type });
    if (tag !== undefined) this.#tags.set(`${path}:${tag}`, digest);
    return digest;
  }

  putBlob(content: Buffer | string): string {
    const body = Buffer.from(content);
    this.#blobs.set(digestOf(body), body);
    return digestOf(body);
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, authorization: headers.authorization });
    if (this.fault(request, response)) return;
    const { pathname, searchParams } = new URL(url, this.origin);
    if (pathname === '/token') this.#token(headers.authorization, searchParams, response);
    else if (!this.#isAllowed(headers.authorization)) this.#challenge(response);
    else this.#serve(method, pathname, response);
  }

  #serve(method: string, pathname: string, response: ServerResponse): void {
    const [, path = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs|referrers)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === 'blobs') reply(response, this.#blobs.get(reference), 'application/octet-stream', reference);
    else if (kind === 'referrers' && this.#options.hasNoReferrers !== true)
      reply(response, Buffer.from(JSON.stringify(this.#referrers(path, reference))), indexType, null);
    else this.#serveManifest(method, path, kind === 'manifests' ? reference : '', response);
  }

  #serveManifest(method: string, path: string, reference: string, response: ServerResponse): void {
    const digest = reference.startsWith('sha256:')
      ? reference
      : (this.#tags.get(`${path}:${reference}`) ?? '');
    const found = this.#manifests.get(`${path}@${digest}`);
    const said = this.#options.hidesDigest === true ? null : digest;
    reply(response, found?.body, found?.type ?? '', said, method);
  }

  #referrers(path: string, digest: string): unknown {
    const manifests = [...this.#manifests].flatMap(([name, { body, type }]) => {
      const manifest = JSON.parse(body.toString()) as {
        readonly subject?: { readonly digest: string };
        readonly artifactType?: string;
        readonly annotations?: unknown;
      };
      if (!name.startsWith(`${path}@`) || manifest.subject?.digest !== digest) return [];
      const { artifactType, annotations } = manifest;
      return [{ mediaType: type, digest: digestOf(body), size: body.byteLength, artifactType, annotations }];
    });
    return { schemaVersion: 2, mediaType: indexType, manifests };
  }

  #isAllowed(authorization: string | undefined): boolean {
    const { credentials } = this.#options;
    if (credentials === undefined) return true;
    return authorization === (credentials.scheme === 'basic' ? basic(credentials.pair) : `Bearer ${token}`);
  }

  #challenge(response: ServerResponse): void {
    const isBasic = this.#options.credentials?.scheme === 'basic';
    const header = isBasic ? 'Basic realm="fake"' : `Bearer realm="${this.origin}/token",service="fake"`;
    response.writeHead(401, { 'WWW-Authenticate': header }).end();
  }

  #token(authorization: string | undefined, asked: URLSearchParams, response: ServerResponse): void {
    const isKnown = authorization === basic(this.#options.credentials?.pair ?? '');
    if (!isKnown || !/^repository:.+:pull$/.test(asked.get('scope') ?? ''))
      return void response.writeHead(401).end();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ token }));
  }
}

export const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

export const digestOf = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

function reply(
  response: ServerResponse,
  body: Buffer | undefined,
  type: string,
  digest: string | null,
  method = 'GET',
): void {
  if (body === undefined) return void response.writeHead(404).end();
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': body.byteLength,
    ...(digest !== null && { 'Docker-Content-Digest': digest }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
