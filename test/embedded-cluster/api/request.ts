// A request as the handlers see it: which resource, which verb, the query, the body.
import type { IncomingMessage } from 'node:http';
import { ApiRefusal, badRequest } from './status.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

export interface ApiRequest {
  readonly verb: Verb;
  /** '' for the core group. */
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | null;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly query: URLSearchParams;
}

/** Larger bodies are refused, as by etcd's limit on one object. */
const maxBodyBytes = 3 * 1024 * 1024;

/** null: not a path of a resource (discovery, version, nonsense). */
export function parseResourcePath(method: string, url: URL): ApiRequest | null {
  const match =
    /^\/(?:api|apis\/([^/]+))\/[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(
      url.pathname,
    ) ?? /^\/(?:api|apis\/([^/]+))\/[^/]+()\/(namespaces)\/([^/]+)$/.exec(url.pathname);
  if (!match) return null;
  const [, group = '', namespace, resource = '', name, subresource] = match.map((part) =>
    decodeURIComponent(part || ''),
  );
  return {
    verb: verbOf(method, url.searchParams, Boolean(name)),
    group,
    resource,
    subresource: subresource || null,
    namespace: namespace || null,
    name: name || null,
    query: url.searchParams,
  };
}

function verbOf(method: string, query: URLSearchParams, named: boolean): Verb {
  switch (method) {
    case 'GET':
      if (isTrue(query.get('watch'))) return 'watch';
      return named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      throw new ApiRefusal(
        405,
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      );
  }
}

/** Go's strconv.ParseBool, as far as clients use it. */
export const isTrue = (text: string | null): boolean => text === 'true' || text === '1';

/** @throws ApiRefusal 400, 413 or 415 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes)
      throw new ApiRefusal(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${maxBodyBytes}`,
      );
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  if (/protobuf|yaml(?!.*apply)/.test(request.headers['content-type'] ?? '') && !text.startsWith('{')) {
    throw new ApiRefusal(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json',
    );
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`the object provided is unrecognized (must be of type Json): ${String(error)}`);
  }
}
