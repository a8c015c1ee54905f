import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobVariable } from '../../src/job/job.ts';
import { readRefProtection } from '../../src/job/ref-protection.ts';

const variable = (key: string, value: string): JobVariable => ({
  key,
  value,
  isFile: false,
  isPublic: true,
  isMasked: false,
  isRaw: false,
});
const version = (value = '17.11.2-ee') => variable('CI_SERVER_VERSION', value);
const isProtected = (value: string) => variable('CI_COMMIT_REF_PROTECTED', value);

describe('readRefProtection', () => {
  it('takes what GitLab 18.3 and newer send, whatever the variables say', () => {
    expect(readRefProtection(true, [version(), isProtected('false')])).toBe(true);
    expect(readRefProtection(false, [version(), isProtected('true')])).toBe(false);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('takes the predefined variable of an older GitLab: %s', (value, expected) => {
    expect(readRefProtection(undefined, [version(), isProtected(value)])).toBe(expected);
    expect(readRefProtection(null, [isProtected(value), version(), isProtected(value)])).toBe(expected);
  });

  it.each([
    ['no variable at all', []],
    ['no such variable', [version()]],
    ['a value that GitLab never sends', [version(), isProtected('$TRUE')]],
    ['no version', [isProtected('true')]],
    [
      'a GitLab that sends no such variable, so it is the job that does',
      [version('11.10.4'), isProtected('true')],
    ],
    [
      'such a GitLab, and a job that claims a newer one',
      [version(), version('11.10.4'), isProtected('true')],
    ],
    ['a version that is none', [version('new'), isProtected('true')]],
  ])('does not know with %s', (_, variables) => {
    expect(readRefProtection(undefined, variables)).toBeNull();
  });

  it('no variables of a job, wherever they stand, turn what GitLab says into its opposite', () => {
    const own = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      variable: fc.oneof(
        fc.constantFrom('true', 'false', '1', 'TRUE', '', '$X', ' true').map(isProtected),
        fc.constantFrom('11.0.0', '18.2.0', '', 'x').map(version),
      ),
    });
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom('11.10.4', '11.11.0', '16.0.0', '18.2.1-ee'),
        fc.array(own, { maxLength: 6 }),
        (truth, server, added) => {
          const sendsIt = server !== '11.10.4';
          const variables = [version(server), ...(sendsIt ? [isProtected(String(truth))] : [])];
          for (const each of added)
            variables.splice(Math.round(each.at * variables.length), 0, each.variable);

          expect([sendsIt ? truth : null, null]).toContain(readRefProtection(undefined, variables));
        },
      ),
    );
  });
});
