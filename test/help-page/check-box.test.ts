import { expect, it } from 'vitest';
import { renderCheckBox } from '../../src/help-page/check-box.ts';

it('the check box stays hidden until a script makes it work, and says so to readers without one', () => {
  const { markup } = renderCheckBox();
  expect(markup).toMatch(/<form id="check-form" [^>]*hidden>/);
  expect(markup).toMatch(/<noscript><p>With JavaScript switched on/);
});

it('labels every field', () => {
  const { markup } = renderCheckBox();
  const fields = [...markup.matchAll(/<input id="([^"]+)" type="([^"]+)"/g)];
  expect(fields).toHaveLength(3);
  for (const [field, id, type] of fields) {
    const isLabelled =
      type === 'radio'
        ? markup.includes(`<label class="choice">${field}`)
        : markup.includes(`<label class="label" for="${id}">`);
    expect(isLabelled, id).toBe(true);
  }
});
