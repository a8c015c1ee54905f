import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Place } from '../../scripts/demo-place.ts';
import { proveArtifact, provePodGone, proveUserNamespace } from '../../scripts/demo-proofs.ts';
import type { JobResult } from '../model-runner/result.ts';

const passwd = 'root:x:0:0::/root:/bin/sh\nme:x:1000:1000::/home/me:/bin/sh\nodd:x:132072:1::/:/bin/sh\n';
const evidence = (uidMap: string, outside: number | null) => ({
  ...{ pod: 'p', node: 'here', inside: { uid: 1000, uidMap } },
  outside: outside === null ? null : { uid: outside, uidMap },
});

test('a uid that is another one on the node, and nobody’s there, is proof', () => {
  expect(proveUserNamespace(evidence('0 131072 65536', 132_073), passwd).fault).toBeNull();
});

test.each([
  ['the same uid on the node', evidence('0 0 4294967295', 1000), 'its uid 1000 is 1000 on here, who is me'],
  [
    'the uid of another user',
    evidence('0 131072 65536', 132_072),
    'its uid 1000 is 132072 on here, who is odd',
  ],
  [
    'a map that changes nothing, on a far node',
    evidence('0 0 4294967295', null),
    'its uid 1000 is 1000 on here, who is me',
  ],
])('%s is none', (_, seen, fault) => {
  expect(proveUserNamespace(seen, passwd).fault).toBe(fault);
});

test('an artifact without its file has not arrived', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proofs-'));
  const path = join(folder, 'a.zip');
  writeFileSync(path, 'PK out/a.txt');
  const result = { artifacts: [{ name: 'a.zip', path, bytes: 1 }] } as unknown as JobResult;
  expect(proveArtifact(result, 'out/a.txt').fault).toBeNull();
  expect(proveArtifact(result, 'out/b.txt').fault).toBe('its artifact has no out/b.txt');
  expect(proveArtifact({ artifacts: [] } as unknown as JobResult, 'x').fault).toBe(
    'its artifact did not arrive',
  );
  rmSync(folder, { recursive: true });
});

test('a pod is gone when the cluster lists none of its job', async () => {
  const place = { namespace: 'ci', client: { listPods: () => Promise.resolve([]) } } as unknown as Place;
  expect(await provePodGone(place, { jobId: 1, hadPod: true })).toEqual({
    claim: 'pod gone: namespace ci has none of this job',
    fault: null,
  });
});
