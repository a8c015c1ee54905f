// Sends the spans of a job where GitLab asked for them, by the OpenTelemetry SDK. A chunk of its own: loaded only for jobs that are traced.
import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { chooseProxy } from '../../cluster/kubernetes/proxy/choose-proxy.ts';
import type { JobTracing, TraceEndpoint } from '../../job/read-tracing.ts';
import { plainLine } from '../../text/plain-text.ts';
import type { JobSpan, JobSpans } from './job-spans.ts';

/** As GitLab Runner gives its own (commands/tracing.go); a job's end waits for it. */
const sendMilliseconds = 5000;

export interface SendInput {
  readonly spans: JobSpans;
  readonly tracing: JobTracing;
  readonly version: string;
  /** Of the runner: may name a proxy. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly milliseconds?: number;
}

/** @returns a clause for each endpoint that did not get them. Never rejects. */
export async function sendSpans({
  spans,
  tracing,
  version,
  env,
  milliseconds = sendMilliseconds,
}: SendInput): Promise<readonly string[]> {
  const made = makeSpans(spans, tracing, version);
  const answers = tracing.endpoints.map((endpoint) =>
    sendTo(endpoint, made, { env, milliseconds }).catch((error: unknown) =>
      plainLine((error as Error).message),
    ),
  );
  return (await Promise.all(answers)).filter((trouble) => trouble !== null);
}

function makeSpans({ whole, stages }: JobSpans, tracing: JobTracing, version: string): ReadableSpan[] {
  const kept = new InMemorySpanExporter();
  const resource = resourceFromAttributes({
    'service.name': 'gitlab-pod-executor',
    'service.version': version,
  });
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter: kept })],
  });
  const tracer = provider.getTracer('gitlab-pod-executor', version);
  const parent = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: tracing.traceId,
    spanId: tracing.parentId,
    // GitLab asks for this job's trace, so it is one of those that are kept.
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
  const make = ({ name, start, end, attributes, failure }: JobSpan, context: typeof parent) => {
    const span = tracer.startSpan(name, { startTime: new Date(start), attributes }, context);
    if (failure !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    span.end(new Date(end));
    return trace.setSpan(context, span);
  };
  const context = make(whole, parent);
  for (const stage of stages) make(stage, context);
  return kept.getFinishedSpans();
}

/** null: it has them. */
async function sendTo(
  { url, auth }: TraceEndpoint,
  spans: ReadableSpan[],
  { env, milliseconds }: Required<Pick<SendInput, 'env' | 'milliseconds'>>,
): Promise<string | null> {
  const address = URL.parse(url);
  const host = address?.host ?? 'an invalid address';
  if (address === null || !/^https?:$/.test(address.protocol))
    return `${host} is asked by ${address?.protocol ?? 'no protocol'}, and only HTTP and HTTPS are spoken`;
  if (auth !== null)
    return `${host} wants to be shown who sends (${plainLine(auth)}), which is not supported`;
  const agent = await agentFor(address, env);
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: milliseconds,
    ...(agent !== null && { httpAgentOptions: () => agent }),
  });
  try {
    const sent = new Promise<string | null>((resolve) =>
      exporter.export(spans, ({ error }) =>
        resolve(error === undefined ? null : `${host}: ${plainLine(error.message)}`),
      ),
    );
    return await Promise.race([
      sent,
      late(milliseconds, `${host} gave no answer within ${milliseconds / 1000} s`),
    ]);
  } finally {
    await exporter.shutdown();
    agent?.destroy();
  }
}

/** null: directly. */
async function agentFor(url: URL, env: SendInput['env']) {
  const proxy = url.protocol === 'https:' ? await chooseProxy({ server: url.origin }, env) : null;
  if (proxy === null) return null;
  const { TunnelAgent } = await import('../../cluster/kubernetes/proxy/proxy.ts');
  return new TunnelAgent({}, { proxy, connectMilliseconds: sendMilliseconds });
}

const late = (milliseconds: number, words: string): Promise<string> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds, words).unref());
