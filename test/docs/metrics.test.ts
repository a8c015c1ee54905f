// docs/operator-guide.md lists the metrics that there are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { guideWithTable } from '../../scripts/metric-table.ts';
import { root } from './documents.ts';

it('the operator guide has the table of metrics that `npm run docs` writes', () => {
  expect(readFileSync(join(root, 'docs/operator-guide.md'), 'utf8')).toBe(guideWithTable());
});
