// A client for the tests, as plain as can be: what the server sends is what the test sees.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { EmbeddedCluster } from '../options.ts';
import type { Pod } from '../pod/pod.ts';

export interface Answer<Body = ApiBody> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** As much of any answer as tests look at. */
export interface ApiBody {
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly items?: readonly Pod[];
  readonly message?: string;
  readonly reason?: string;
  readonly code?: number;
  readonly details?: { readonly causes?: readonly { readonly field: string }[] };
  readonly [field: string]: unknown;
}

type Access = Pick<EmbeddedCluster, 'server' | 'token' | 'certificateAuthorityPem'>;

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function callApi(
  access: Access,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const response = await openCall(access, method, path, options);
  const text = await readText(response);
  const isJson = response.headers['content-type']?.startsWith('application/json') ?? false;
  const body = (isJson ? JSON.parse(text) : { message: text }) as ApiBody;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** The response as it comes, for watches and logs. */
export function openCall(
  { server, token, certificateAuthorityPem: ca }: Access,
  method: string,
  path: string,
  { body, headers = {} }: CallOptions = {},
): Promise<IncomingMessage> {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${server}${path.startsWith('/') ? path : `/api/v1/namespaces/ci/${path}`}`,
      {
        method,
        ca,
        agent: false,
        // Whatever Host a test sends.
        servername: 'localhost',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(text)),
          ...headers,
        },
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
