import { describe, expect, it } from 'vitest';
import { admitUser } from '../../src/admission/admit-user.ts';
import { createExpansion } from '../../src/job/expand-variables.ts';
import { samplePolicy } from './sample-policy.ts';

const secret = { isPublic: false, isFile: false, isMasked: false, isRaw: false };
const expansion = createExpansion([
  { key: 'UID', value: '1234', ...secret },
  { key: 'TOKEN', value: 's3cret', ...secret },
  { key: 'HUGE', value: '9'.repeat(100_000), ...secret },
]);

function admit(kubernetesUser: string | null, lists: { users?: number[]; groups?: number[] } = {}) {
  const policy = samplePolicy({
    ...(lists.users && { allowed_users: lists.users }),
    ...(lists.groups && { allowed_groups: lists.groups }),
  });
  return admitUser({ kubernetesUser, dockerUser: null }, { prefix: 'image', policy, expansion });
}

describe('admitUser', () => {
  it.each([
    ['1000', 1000, null],
    ['1000:1001', 1000, 1001],
    ['0', 0, null],
    ['1000:0', 1000, 0],
    ['65535:65535', 65_535, 65_535],
    ['$UID', 1234, null],
    [' 1000 ', 1000, null],
  ])('takes "%s"', (asked, uid, gid) => {
    expect(admit(asked)).toEqual({ user: { uid, gid, key: 'image:kubernetes:user' } });
  });

  it.each([null, '', ' ', '$NOT_SET'])('takes %s for no request', (asked) => {
    expect(admit(asked)).toEqual({ user: null });
  });

  it.each([
    ['root', 'Names of users are known only inside the image, so it must be a number: `0`.'],
    [
      'node',
      'Names of users are known only inside the image, so it must be a number: `1000` or `1000:1000`.',
    ],
    ['www-data:www-data', 'Names of users are known only inside the image'],
    ['-1', 'It must be a user id'],
    ['1e3', 'It must be a user id'],
    ['00', 'It must be a user id'],
    ['01000', 'It must be a user id'],
    ['0x10', 'It must be a user id'],
    ['1000:', 'It must be a user id'],
    [':1000', 'It must be a user id'],
    ['1000:1000:1000', 'It must be a user id'],
    ['1000 1000', 'It must be a user id'],
    ['65536', 'Ids above 65535 do not exist in the user namespace of a job.'],
    ['1000:70000', 'Ids above 65535'],
    ['99999999999999999999', 'It must be a user id'],
    // What comes of it is no text of ours to show.
    ['$TOKEN', 'Names of users are known only inside the image'],
    ['$HUGE', 'It must be a user id'],
    ['$HUGE$HUGE', 'It must be a user id'],
  ])('rejects "%s"', (asked, reason) => {
    const result = admit(asked);

    expect(result).toMatchObject({
      finding: { kind: 'user', key: 'image:kubernetes:user', requested: asked },
    });
    expect('finding' in result && result.finding.kind === 'user' && result.finding.reason).toContain(reason);
  });

  it.each([
    ['1000', { users: [1000] }, null],
    ['1001', { users: [1000, 2000] }, 'The user id 1001 is not allowed; allowed are 1000, 2000.'],
    ['1000', { users: [] }, 'The user id 1000 is not allowed; leave it out.'],
    ['1000:5', { groups: [1000] }, 'The group id 5 is not allowed; allowed are 1000.'],
    ['1000', { groups: [5] }, null],
  ])('asks the lists about %s', (asked, lists, reason) => {
    const result = admit(asked, lists);

    expect('finding' in result && result.finding.kind === 'user' ? result.finding.reason : null).toBe(reason);
  });

  it('takes image:docker:user where there is no other, and names it', () => {
    const context = { prefix: 'services[0]', policy: samplePolicy(), expansion };

    expect(admitUser({ kubernetesUser: null, dockerUser: '5' }, context)).toEqual({
      user: { uid: 5, gid: null, key: 'services[0]:docker:user' },
    });
    expect(admitUser({ kubernetesUser: '6', dockerUser: 'node' }, context)).toMatchObject({
      user: { uid: 6 },
    });
  });
});
