import { describe, expect, it } from 'vitest';
import { renderAsking, renderMessage } from '../../../src/help-page/sections/asking-section.ts';
import { examplePolicy } from '../example-policy.ts';

describe('how to ask', () => {
  it('the operator’s contact is shown with links', () => {
    const { markup } = renderAsking(examplePolicy());
    expect(markup).toContain(
      'Open an issue at <a href="https://gitlab.example.org/releng/images/-/issues/new" rel="noreferrer">',
    );
    expect(markup).toContain('(Policy 3fa9c1d2e4b7)');
  });

  it('the page names somebody to ask even when the policy does not', () => {
    expect(renderAsking(examplePolicy({ rejection: { exit_code: 1 } })).markup).toContain(
      'people who run this GitLab',
    );
  });
});

describe('the operator’s message', () => {
  it('the operator’s message becomes paragraphs and links, whatever it holds', () => {
    const message =
      'One <img src=x onerror=alert(1)>\n\n</div></aside><script>alert(2)</script> javascript:alert(3)';
    const { markup } = renderMessage(examplePolicy({ rejection: { message, exit_code: 1 } }));
    expect(markup.match(/<[a-z]+/g)).toEqual(['<aside', '<h', '<div', '<p', '<p']);
  });

  it('the page has no place for a message that there is not', () => {
    expect(renderMessage(examplePolicy({ rejection: { exit_code: 1 } })).markup).toBe('');
  });
});
