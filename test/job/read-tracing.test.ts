import { expect, test } from 'vitest';
import { readTracing } from '../../src/job/read-tracing.ts';

const tracing = {
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_parent_id: 'b7ad6b7169203331',
  otel_endpoints: [
    { url: 'https://otel.example.org/v1/traces', auth: null },
    {
      url: 'https://gcp.example.org',
      auth: { type: 'http_bearer_gcp_oidc', http_bearer_gcp_oidc: { audience: 'x' } },
    },
  ],
};

test('reads trace, parent and endpoints as GitLab Runner does', () => {
  expect(readTracing({ trace_sections: true, tracing })).toEqual({
    traceId: tracing.trace_id,
    parentId: tracing.span_parent_id,
    endpoints: [
      { url: 'https://otel.example.org/v1/traces', auth: null },
      { url: 'https://gcp.example.org', auth: 'http_bearer_gcp_oidc' },
    ],
  });
});

test.each([
  [undefined],
  [null],
  [{}],
  [{ tracing: null }],
  [{ tracing: { ...tracing, trace_id: 'short' } }],
  [{ tracing: { ...tracing, trace_id: '0'.repeat(32) } }],
  [{ tracing: { ...tracing, span_parent_id: '0'.repeat(16) } }],
  [{ tracing: { ...tracing, otel_endpoints: [] } }],
  [{ tracing: { ...tracing, otel_endpoints: [{ url: `https://${'a'.repeat(3000)}` }] } }],
])('takes %j for no trace, and refuses no job for it', (features) => {
  expect(readTracing(features)).toBeNull();
});
