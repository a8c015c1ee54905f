import { expect, it } from 'vitest';
import { renderPatternList } from '../../src/help-page/pattern-list.ts';

it('shows each pattern with its reason, where it has one', () => {
  const { markup } = renderPatternList([{ pattern: 'a/*', because: 'It is <ours>.' }, { pattern: 'b' }]);
  expect(markup.split('\n')).toEqual([
    '<ul>',
    '<li class="pattern row"><code>a/<wbr>*</code> <span class="quiet">It is &#60;ours&#62;.</span></li>',
    '<li class="pattern row"><code>b</code></li>',
    '</ul>',
  ]);
});

it('shows what braces stand for, and makes links of addresses', () => {
  const { markup } = renderPatternList([
    { pattern: '{debian,ubuntu}{,:*,@*}', because: 'See https://example.org/why.' },
    { pattern: 'a{b,c}' },
  ]);

  expect(markup).toContain(
    '<span class="quiet">that is <code>debian</code>, <code>debian:*</code>, <code>debian@*</code>, <code>ubuntu</code> and 2 more</span> ' +
      '<span class="quiet">See <a href="https://example.org/why" rel="noreferrer">https://example.org/why</a>.</span>',
  );
  expect(markup).toContain('that is <code>ab</code>, <code>ac</code></span></li>');
});
