import { expect, it } from 'vitest';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { json, startFakeServer } from './fake-api-server.ts';
import { undoAfterEach } from './undo.ts';

const undo = undoAfterEach();

it.each([
  ['listNodes', '/api/v1/nodes?limit=500'],
  ['listResourceQuotas', '/api/v1/namespaces/ci/resourcequotas?limit=500'],
  ['listLimitRanges', '/api/v1/namespaces/ci/limitranges?limit=500'],
] as const)('%s asks for a page, and takes an empty list as it is', async (method, target) => {
  const answers: unknown[] = [{ items: [{ metadata: { name: 'a' } }] }, { items: null }];
  const server = await startFakeServer({ answer: (_, response) => json(response, 200, answers.shift()) });
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {} });
  undo(() => cluster.close());

  expect(await cluster[method]()).toEqual([{ metadata: { name: 'a' } }]);
  expect(await cluster[method]()).toEqual([]);
  expect(server.received.map((each) => each.target)).toEqual([target, target]);
});
