import { expect, test } from 'vitest';
import { maxId } from '../../../src/layout/ids.ts';
import { usualGroups, usualUsers } from '../../../src/pod/containers/usual-accounts.ts';

test('names each user and each group once, with ids that a pod has', () => {
  for (const accounts of [usualUsers, usualGroups]) {
    const names = accounts.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z_][a-z0-9_-]*$/.test(name))).toEqual([]);
  }
  const ids = [...usualUsers.flatMap(({ uid, gid }) => [uid, gid]), ...usualGroups.map(({ gid }) => gid)];
  expect(ids.filter((id) => !Number.isInteger(id) || id < 0 || id > maxId)).toEqual([]);
});

test('has what programs of Debian, Alpine and Fedora look up', () => {
  const users = usualUsers.map(({ name }) => name);
  const groups = usualGroups.map(({ name }) => name);

  expect(users).toEqual(
    expect.arrayContaining(['root', 'daemon', 'www-data', 'nobody', '_apt', 'postgres', 'nginx', 'apache']),
  );
  expect(groups).toEqual(expect.arrayContaining(['root', 'nogroup', 'nobody', 'staff', 'wheel', 'users']));
});
