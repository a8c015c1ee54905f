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
