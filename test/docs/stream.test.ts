import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageWithArrival } from '../../scripts/stream-example.ts';
import { root } from './documents.ts';

it('docs/stream.md shows what arrives in a container, as it is sent (npm run docs)', async () => {
  expect(readFileSync(join(root, 'docs/stream.md'), 'utf8')).toBe(await pageWithArrival());
});
