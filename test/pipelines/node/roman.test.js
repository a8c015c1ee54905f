import assert from 'node:assert/strict';
import { roman } from 'numerals';

const expected = { 4: 'IV', 1999: 'MCMXCIX', 2026: 'MMXXVI' };
for (const [number, numeral] of Object.entries(expected)) assert.equal(roman(Number(number)), numeral);
console.log(`${Object.keys(expected).length} tests passed`);
