// What an API server says when it refuses: an HTTP status, and a Status object with its reason.

/** An answer that is not a success. Kept as the `cause` of the SystemFailure that people see. */
export class ApiRefusal extends Error {
  override readonly name: string = 'ApiRefusal';
  readonly status: number;
  /** Kubernetes' own word (`AlreadyExists`, `Expired`); empty when the answer was no Status object. */
  readonly reason: string;
  /** What it is about, in the plural (`namespaces`); empty when the server does not say. */
  readonly kind: string;
  /** `field: message` of each mistake in a manifest. */
  readonly causes: readonly string[];
  readonly retryAfterSeconds: number | null;

  constructor(
    message: string,
    rest: Pick<ApiRefusal, 'status' | 'reason' | 'causes' | 'retryAfterSeconds'> & { readonly kind?: string },
  ) {
    super(message);
    this.status = rest.status;
    this.reason = rest.reason;
    this.kind = rest.kind ?? '';
    this.causes = rest.causes;
    this.retryAfterSeconds = rest.retryAfterSeconds;
  }
}

/** Was this failure the answer of that HTTP status? */
export function isRefusedWith(error: unknown, status: number): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof ApiRefusal && cause.status === status;
}

/** Proxies before an API server answer with pages; their first words are enough. */
const maxForeignTextLength = 300;

/** @param retryAfter the header of that name: seconds, or a date (which we do not follow) */
export function readRefusal(status: number, body: string, retryAfter: string | undefined): ApiRefusal {
  const retryAfterSeconds = retryAfter === undefined ? null : readWait(Number(retryAfter));
  const answer = readStatus(body);
  return new ApiRefusal(answer.message || foreignText(status, body), {
    status,
    reason: answer.reason,
    kind: answer.kind,
    causes: answer.causes,
    retryAfterSeconds: retryAfterSeconds ?? answer.retryAfterSeconds,
  });
}

/** Who wants more is asked again then: nothing stands still for a server's slip, and a timer of 25 days would end at once. */
const maxWaitSeconds = 3600;

/** null: no length of time. */
function readWait(seconds: number): number | null {
  return seconds >= 0 ? Math.min(seconds, maxWaitSeconds) : null;
}

interface SaidStatus {
  readonly message: string;
  readonly reason: string;
  readonly kind: string;
  readonly causes: readonly string[];
  readonly retryAfterSeconds: number | null;
}

function readStatus(body: string): SaidStatus {
  const status = parseObject(body);
  if (status['kind'] !== 'Status')
    return { message: '', reason: '', kind: '', causes: [], retryAfterSeconds: null };
  const details = asObject(status['details']);
  const retryAfterSeconds = details['retryAfterSeconds'];
  return {
    message: asText(status['message']),
    reason: asText(status['reason']),
    kind: asText(details['kind']),
    causes: (Array.isArray(details['causes']) ? details['causes'] : []).map(asObject).map(describeCause),
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? readWait(retryAfterSeconds) : null,
  };
}

function describeCause(cause: Readonly<Record<string, unknown>>): string {
  return [asText(cause['field']), asText(cause['message'])].filter(Boolean).join(': ');
}

function foreignText(status: number, body: string): string {
  const text = body.replace(/<[^>]*>/g, ' ').trim();
  return text === '' ? `HTTP ${status} without a message` : text.slice(0, maxForeignTextLength);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // A proxy's page, not a Status; the caller shows its text.
    return {};
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
