import { expect, it } from 'vitest';
import { z } from 'zod';
import { listOf } from '../../src/job/list-of.ts';

const schema = z.object({ list: listOf(z.object({ a: z.string() })) });

it.each([
  [{ list: [{ a: 'x', b: 1 }, { a: 'y' }] }, { list: [{ a: 'x' }, { a: 'y' }] }],
  [{ list: [] }, { list: [] }],
  [{ list: null }, { list: null }],
  [{}, { list: null }],
])('reads %j', (given, read) => {
  expect(schema.parse(given)).toEqual(read);
});

it('names items by their place', () => {
  expect(schema.safeParse({ list: [{ a: 'x' }, { a: 1 }, 'no'] }).error?.issues).toMatchObject([
    { path: ['list', 1, 'a'], message: 'Invalid input: expected string, received number' },
    { path: ['list', 2], message: 'Invalid input: expected object, received string' },
  ]);
});

it('looks no further after some mistakes', () => {
  let looked = 0;
  const item = z.unknown().refine(() => {
    looked += 1;
    return false;
  });

  expect(listOf(item).safeParse(Array.from({ length: 1000 }, () => 1)).error?.issues).toHaveLength(21);
  expect(looked).toBe(21);
});
