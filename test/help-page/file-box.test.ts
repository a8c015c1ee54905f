import { expect, it } from 'vitest';
import { renderFileBox } from '../../src/help-page/file-box.ts';

it('renderFileBox hides the box until the script is there, and labels each field', () => {
  const { markup } = renderFileBox();
  expect(markup).toMatch(/^<section [^>]*id="check-file"[^>]* hidden>/);
  const ids = [...markup.matchAll(/<(?:textarea|input) id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['file-text', 'file-open']);
  expect(markup).toContain('<label class="label" for="file-text">');
  expect(markup).toMatch(/<label class="opener">[^<]*<input id="file-open"/);
});
