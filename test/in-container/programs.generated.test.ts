import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedModule, renderModule } from '../../scripts/write-programs.ts';

it('what is sent into containers is what the .sh files say (npm run programs)', () => {
  expect(readFileSync(generatedModule, 'utf8')).toBe(renderModule());
});
