import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roman } from './roman.js';

test('four is IV', () => assert.equal(roman(4), 'IV'));
test('2026 is MMXXVI', () => assert.equal(roman(2026), 'MMXXVI'));
