import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measuredFiles } from '../bench/draw.ts';

it('pages and pictures show what was measured: npm run docs writes them', () => {
  for (const [path, text] of measuredFiles())
    expect([path, readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')]).toEqual([path, text]);
});
