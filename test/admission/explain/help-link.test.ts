import { describe, expect, it } from 'vitest';
import { helpLink } from '../../../src/admission/explain/help-link.ts';

const values = { image: 'all, of, them', kind: 'image', project: 'g/p & q', job: 'test', policy: 'c0ffee' };

function link(url: string, image = 'a/b:1') {
  return helpLink(url, values, { image, kind: 'service' });
}

describe('helpLink', () => {
  it.each([
    ['https://x/', 'https://x/#image=a/b:1&kind=service&policy=c0ffee'],
    ['https://x/index.html#', 'https://x/index.html#image=a/b:1&kind=service&policy=c0ffee'],
    ['https://x/#section', 'https://x/#section&image=a/b:1&kind=service&policy=c0ffee'],
    ['https://x/?p={project}', 'https://x/?p=g/p%20%26%20q#image=a/b:1&kind=service&policy=c0ffee'],
    ['https://x/new?title={image}', 'https://x/new?title=a/b:1'],
  ])('adds the question to %s', (url, expected) => expect(link(url)).toBe(expected));

  it.each([
    ['a b&kind=image#"<>', 'image=a%20b%26kind%3Dimage%23%22%3C%3E&kind=service'],
    ['\u001b\r\n', 'image=%1B%0D%0A&'],
    ['\ud800', 'image=%EF%BF%BD&'],
  ])('encodes %j, so that it stays a name', (image, expected) =>
    expect(link('https://x/', image)).toContain(expected),
  );

  it('stays short enough to be copied', () => {
    expect(link('https://x/', 'x'.repeat(100_000)).length).toBeLessThan(600);
  });
});
