// Where GitLab wants to see how a job went: `features.tracing` of the job file (GitLab Runner: common/spec/spec.go, Tracing). What of it
// cannot be read is no reason to refuse a job.
import { z } from 'zod';

export interface JobTracing {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span that ours are children of. */
  readonly parentId: string;
  readonly endpoints: readonly TraceEndpoint[];
}

export interface TraceEndpoint {
  readonly url: string;
  /** How to show who sends it; null: not at all. */
  readonly auth: string | null;
}

/** GitLab sends one or two. */
const maxEndpoints = 8;
const maxUrlLength = 2048;

const tracing = z.object({
  trace_id: z.string().regex(/^(?!0{32})[0-9a-f]{32}$/),
  span_parent_id: z.string().regex(/^(?!0{16})[0-9a-f]{16}$/),
  otel_endpoints: z.array(
    z.object({ url: z.string().max(maxUrlLength), auth: z.object({ type: z.string() }).nullish() }),
  ),
});

/** @param features of the job file. null: GitLab asks for none, or not in words that we know */
export function readTracing(features: unknown): JobTracing | null {
  const { data } = z.object({ tracing }).safeParse(features);
  if (data === undefined) return null;
  const { trace_id, span_parent_id, otel_endpoints } = data.tracing;
  const endpoints = otel_endpoints
    .slice(0, maxEndpoints)
    .map(({ url, auth }) => ({ url, auth: auth?.type ?? null }));
  return endpoints.length === 0 ? null : { traceId: trace_id, parentId: span_parent_id, endpoints };
}
