// `Status`: how the API server says that a request failed, in its own words.

export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** A request that is answered with a Status; thrown by handlers, caught in one place. */
export class ApiRefusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The kubelet's own answers are passed on as plain text. */
  readonly isPlainText: boolean;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: {
      readonly details?: Readonly<Record<string, unknown>>;
      readonly retryAfterSeconds?: number;
      readonly isPlainText?: boolean;
    } = {},
  ) {
    super(message);
    this.name = 'ApiRefusal';
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.isPlainText = more.isPlainText ?? false;
  }
}

export function failureStatus(refusal: ApiRefusal): Record<string, unknown> {
  const details = {
    ...refusal.details,
    ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refusal.retryAfterSeconds }),
  };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: refusal.message,
    reason: refusal.reason,
    ...(Object.keys(details).length > 0 ? { details } : {}),
    code: refusal.code,
  };
}

export const successStatus = (details: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
});

export const notFound = (resource: string, name: string): ApiRefusal =>
  new ApiRefusal(404, 'NotFound', `${resource} "${name}" not found`, { details: { name, kind: resource } });

/** No handler: the URL means nothing to this server. */
export const noSuchPath = (): ApiRefusal =>
  new ApiRefusal(404, 'NotFound', 'the server could not find the requested resource', { details: {} });

export const alreadyExists = (resource: string, name: string): ApiRefusal =>
  new ApiRefusal(409, 'AlreadyExists', `${resource} "${name}" already exists`, {
    details: { name, kind: resource },
  });

export const conflict = (resource: string, name: string, why: string): ApiRefusal =>
  new ApiRefusal(409, 'Conflict', `Operation cannot be fulfilled on ${resource} "${name}": ${why}`, {
    details: { name, kind: resource },
  });

export const badRequest = (message: string): ApiRefusal => new ApiRefusal(400, 'BadRequest', message);

export const forbidden = (resource: string, name: string, why: string): ApiRefusal =>
  new ApiRefusal(403, 'Forbidden', `${resource} "${name}" is forbidden: ${why}`, {
    details: { name, kind: resource },
  });

export function invalid(kind: string, name: string, causes: readonly Required<StatusCause>[]): ApiRefusal {
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`;
  return new ApiRefusal(422, 'Invalid', `${kind} "${name}" is invalid: ${text ?? ''}`, {
    details: { name, kind, causes },
  });
}
