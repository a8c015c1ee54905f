import { describe, expect, it } from 'vitest';
import { breakable, html, marked, nothing, scriptData } from '../../src/help-page/html.ts';

describe('html', () => {
  it.each([
    ['<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
    ['" onfocus="x', '&#34; onfocus=&#34;x'],
    ["' onfocus='x", '&#39; onfocus=&#39;x'],
    ['&lt;', '&#38;lt;'],
  ])('escapes %s', (text, escaped) => {
    expect(html`<p>${text}</p>`.markup).toBe(`<p>${escaped}</p>`);
  });

  it('takes markup that it made, one piece or many, as it is', () => {
    const items = ['a', '<'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${nothing}${html`<hr>`}${2}`.markup).toBe(
      '<ul><li>a</li><li>&#60;</li></ul><hr>2',
    );
  });

  it('lets a name wrap after its slashes', () => {
    expect(breakable('a/b<c/d').markup).toBe('a/<wbr>b&#60;c/<wbr>d');
  });

  it('sets off what stands between backticks', () => {
    expect(marked('no `<a>` here').markup).toBe('no <code>&#60;a&#62;</code> here');
  });
});

describe('scriptData', () => {
  it.each(['</script><script>alert(1)</script>', '<!-- <script>', ']]>', '\u2028\u2029', '&lt;'])(
    'keeps %j inside its block, and whole',
    (text) => {
      const { markup } = scriptData('data', { text });
      const json = /^<script type="application\/json" id="data">([^<>&\u2028\u2029]*)<\/script>$/.exec(
        markup,
      )?.[1];
      expect(JSON.parse(json ?? '')).toEqual({ text });
    },
  );
});
