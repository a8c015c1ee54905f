import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import { maskUrlParameters } from './mask-url-parameters.ts';

test.each([
  {
    title: 'a token',
    chunks: ['http://x/?private_token=abc&x=1'],
    shown: 'http://x/?private_token=[MASKED]&x=1',
  },
  {
    title: 'any case of the name',
    chunks: ['?a=b&X-Amz-Signature=zz end'],
    shown: '?a=b&X-Amz-Signature=[MASKED] end',
  },
  { title: 'a value at the end', chunks: ['?rss_token=abc'], shown: '?rss_token=[MASKED]' },
  {
    title: 'a value in pieces',
    chunks: ['?private_', 'token=ab', 'c d'],
    shown: '?private_token=[MASKED] d',
  },
  { title: 'nothing of another parameter', chunks: ['?private_tokenx=1&b'], shown: '?private_tokenx=1&b' },
])('hides $title', ({ chunks, shown }) => {
  expect(collect(maskUrlParameters, chunks)).toBe(shown);
});
