// One request to the API server, in the words of its RBAC rules: verb, resource, name.

export interface ApiCall {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'delete' | 'patch';
  /** As RBAC names it: `pods`, `pods/log`, `secrets`. Empty for paths outside the resources (`/version`). */
  readonly resource: string;
  readonly name?: string;
  /** Absolute, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  readonly accept?: string;
}

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  delete: 'DELETE',
  patch: 'PATCH',
} as const;

export const methodOf = (call: ApiCall): string => methods[call.verb];

export function contentTypeOf(call: ApiCall): string {
  return call.verb === 'patch' ? 'application/merge-patch+json' : 'application/json';
}

/** A path in the core group; each part is encoded, so that no name can leave its place. */
export function namespacedPath(namespace: string, ...parts: readonly string[]): string {
  return ['/api/v1/namespaces', ...[namespace, ...parts].map(encodeURIComponent)].join('/');
}

/** Path and query; a list becomes a repeated parameter. A blank is `+`, one byte of a line that proxies cut at 8 KiB, not `%20`. */
export function targetOf({ path, query = {} }: Pick<ApiCall, 'path' | 'query'>): string {
  const parameters = Object.entries(query).flatMap(([key, value]) =>
    (typeof value === 'string' ? [value] : value).map(
      (one) => `${key}=${encodeURIComponent(one).replaceAll('%20', '+')}`,
    ),
  );
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

/** `create pod job-1` or `list pods`: what could not be done, for people. */
export function describeCall({ verb, resource, name, path }: ApiCall): string {
  if (resource === '') return `${verb} ${path}`;
  if (name === undefined) return `${verb} ${resource}`;
  const [kind = '', subresource] = resource.split('/');
  const one = kind.replace(/s$/, '');
  return subresource ? `${verb} the ${subresource} of ${one} ${name}` : `${verb} ${one} ${name}`;
}
