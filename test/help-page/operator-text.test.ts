import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOperatorText } from '../../src/help-page/operator-text.ts';

const unknown = { question: null, policyHash: 'abc' };

describe('paragraphs', () => {
  it('paragraphs are separated by empty lines, however they are written', () => {
    const texts = readOperatorText('one\nstill one\r\n\r\ntwo\n  \n\n three\n', unknown).map(
      ([part]) => part?.text,
    );
    expect(texts).toEqual(['one\nstill one', 'two', 'three']);
  });
});

describe('links', () => {
  it.each([
    ['see https://a.example/x.', 'https://a.example/x'],
    ['(see http://a.example/x)', 'http://a.example/x'],
    ['https://a.example/x_(y), or', 'https://a.example/x_(y)'],
    ['<https://a.example/?q=1&r=2>', 'https://a.example/?q=1&r=2'],
    ['"https://a.example/x"', 'https://a.example/x'],
    ['[https://a.example/x]!', 'https://a.example/x'],
    ['HTTPS://A.EXAMPLE/x', 'HTTPS://A.EXAMPLE/x'],
  ])('%j links to %s', (text, url) => {
    expect(linksOf(text)).toEqual([url]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'https://',
    'http://{image}.example.org/',
    'ftp://a.example/',
    'ci@example.org',
  ])('%j links nowhere', (text) => {
    expect(linksOf(text)).toEqual([]);
  });

  it('take nothing away from the text, and lead to http and https alone', () => {
    const pieces = fc.constantFrom(
      'https://',
      'http:',
      '//',
      'a.example',
      '.',
      ')',
      '(',
      ' ',
      '<',
      '"',
      '{image}',
      'javascript:',
      '%',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (words) => {
        const text = `x${words.join('').replaceAll('{image}', '')}x`;
        const [paragraph = []] = readOperatorText(text, unknown);
        expect(paragraph.map((part) => part.text).join('')).toBe(text);
        for (const url of linksOf(text)) expect(new URL(url).protocol).toMatch(/^https?:$/);
      }),
    );
  });

  it('keep the text around them', () => {
    const [paragraph] = readOperatorText('See https://a.example/, or ask.', unknown);
    expect(paragraph?.map(({ text }) => text)).toEqual(['See ', 'https://a.example/', ', or ask.']);
  });

  function linksOf(text: string): readonly string[] {
    return readOperatorText(text, unknown).flatMap((parts) =>
      parts.flatMap((part) => (part.kind === 'link' ? [part.url] : [])),
    );
  }
});

describe('placeholders', () => {
  const asked = { question: { image: 'a/b:1', kind: 'service' }, policyHash: 'abc' } as const;

  it('placeholders are filled in text', () => {
    expect(textOf('{kind} {image} of {project}, {policy}, {{sic}}', asked)).toBe(
      'service a/b:1 of your project, abc, {sic}',
    );
  });

  it('say what goes there while there is no name', () => {
    expect(textOf('Tell us {image}.', unknown)).toBe('Tell us the name of your image.');
  });

  it('placeholders are encoded in addresses, and left out where the page does not know', () => {
    expect(textOf('https://a.example/new?title={image}&job={job}', asked)).toBe(
      'https://a.example/new?title=a%2Fb%3A1&job=',
    );
  });

  it('make no links of what they bring', () => {
    const question = { image: 'https://evil.example/', kind: 'image' } as const;
    const [paragraph] = readOperatorText('Asked for: {image}', { question, policyHash: 'abc' });
    expect(paragraph).toEqual([{ kind: 'text', text: 'Asked for: https://evil.example/' }]);
  });

  function textOf(text: string, blanks: Parameters<typeof readOperatorText>[1]): string {
    return readOperatorText(text, blanks)
      .flatMap((parts) => parts.map((part) => part.text))
      .join('');
  }
});
