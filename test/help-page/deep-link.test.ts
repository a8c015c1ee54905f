import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { helpLink } from '../../src/admission/explain/help-link.ts';
import { readDeepLink, writeDeepLink } from '../../src/help-page/deep-link.ts';

describe('readDeepLink', () => {
  it.each([
    ['#image=python:3&kind=image', { image: 'python:3', kind: 'image', policyHash: null }],
    ['#kind=service&image=a%2Fb', { image: 'a/b', kind: 'service', policyHash: null }],
    ['#image=a&policy=3fa9', { image: 'a', kind: 'image', policyHash: '3fa9' }],
    ['image=a&kind=nonsense', { image: 'a', kind: 'image', policyHash: null }],
    ['#image=%E0%A4%A', { image: '\ufffd%A', kind: 'image', policyHash: null }],
    ['#image=a&image=b', { image: 'a', kind: 'image', policyHash: null }],
  ])('reads %s', (fragment, question) => {
    expect(readDeepLink(fragment)).toEqual(question);
  });

  it.each(['', '#', '#ask', '#image=', '#kind=image', '#imago=x'])('finds no question in %j', (fragment) => {
    expect(readDeepLink(fragment)).toBeNull();
  });
});

describe('writeDeepLink', () => {
  it('keeps names readable', () => {
    const link = writeDeepLink({ image: 'r.example:5000/a/b:1@sha256:0', kind: 'service' });
    expect(link).toBe('#image=r.example:5000/a/b:1@sha256:0&kind=service');
  });

  it('brings back any name', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.constantFrom('image', 'service'),
        (image, kind) => {
          expect(readDeepLink(writeDeepLink({ image, kind }))).toEqual({ image, kind, policyHash: null });
        },
      ),
      {
        examples: [
          ['a&kind=service', 'image'],
          ['a b+c%20#', 'image'],
          ['"><script>', 'service'],
        ],
      },
    );
  });

  it('stands half a character', () => {
    expect(writeDeepLink({ image: '\ud800', kind: 'image' })).toBe('#image=%EF%BF%BD&kind=image');
  });
});

describe('the link of a rejection', () => {
  const values = { image: '', kind: 'image', project: 'group/project', job: 'test', policy: '3fa9c1d2e4b7' };

  it.each(['https://example.org/images/', 'https://example.org/images/index.html#ask'])(
    'the link of a rejection is understood after %s',
    (helpUrl) => {
      const link = helpLink(helpUrl, values, { image: 'a b&kind=image', kind: 'service' });
      expect(readDeepLink(new URL(link).hash)).toEqual({
        image: 'a b&kind=image',
        kind: 'service',
        policyHash: '3fa9c1d2e4b7',
      });
    },
  );
});
