import { expect, it } from 'vitest';
import { isHostName } from '../../src/layout/host-name.ts';

it.each(['db', 'a', '0', 'my-db', 'cache.local', 'x'.repeat(253)])('takes %s', (name) => {
  expect(isHostName(name)).toBe(true);
});

it.each(['', 'my_db', 'DB', 'db.', '.db', 'a..b', '-db', 'db-', 'localhost', 'x'.repeat(254), 'db\n'])(
  'takes no %j',
  (name) => {
    expect(isHostName(name)).toBe(false);
  },
);
