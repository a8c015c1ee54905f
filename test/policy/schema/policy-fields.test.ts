import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { maxId } from '../../../src/layout/ids.ts';
import {
  authorText,
  dnsLabel,
  dnsSubdomain,
  durationBetween,
  filePath,
  imageName,
  notEmpty,
  patternOf,
  quantity,
  size,
  webAddress,
  wholeNumber,
} from '../../../src/policy/schema/policy-fields.ts';

const fields = {
  authorText,
  dnsLabel,
  dnsSubdomain,
  duration: durationBetween('0s', '2h', 'that is so'),
  imageName,
  notEmpty,
  quantity,
  size,
  webAddress,
};

const takes = (field: z.ZodType, value: unknown) => field.safeParse(value).success;

describe('the kinds of values in a policy', () => {
  it.each([
    ['duration', ['90s', '1h30m', 45, 0, '2h'], ['5 minutes', -1, 1.5, '', '121m', 7201]],
    ['size', ['64Mi', '1G', 1024, '7Pi'], ['0', '5 GB', 0, 'lots', '64', 64, '8Ei', '1n', '1e400']],
    ['quantity', ['500m', '1Gi', '100n', '5u', '1Ei', 2, 0.5, null], ['5 GB', '1Eie', -1]],
    ['dnsLabel', ['ci', 'a-1', 'x'.repeat(63)], ['CI', 'a.b', '-a', '', 'x'.repeat(64)]],
    ['dnsSubdomain', ['my.secret', 'a'], ['A', 'a..b', 'x'.repeat(254)]],
    [
      'webAddress',
      ['https://x/', 'http://h:1/{image}#'],
      ['ftp://x', 'x', 'https://', 'javascript:alert(1)', 'https://x/{imgae}'],
    ],
    ['authorText', ['Ask us about {image}.'], ['', '  ', '{nope}']],
    ['imageName', ['a/b:1'], ['a b', '', 'A']],
    ['notEmpty', ['x'], ['', ' ']],
  ] as const)('%s takes %j and not %j', (name, good, bad) => {
    const field: z.ZodType = fields[name];

    expect(good.filter((value) => !takes(field, value))).toEqual([]);
    expect(bad.filter((value) => takes(field, value))).toEqual([]);
  });

  it('patterns are compared with names or with paths', () => {
    const { error } = patternOf('project path').safeParse('a//b');

    expect(error?.issues[0]?.message).toBe(
      '`a//b` has nothing before or after a `/`, and no project path is so. Write `a/b`',
    );
  });

  it('numbers have an end', () => {
    expect(takes(wholeNumber(0, maxId), 65_535)).toBe(true);
    expect(takes(wholeNumber(0, maxId), 65_536)).toBe(false);
  });
});

it('filePath takes no path that a shell would have to complete', () => {
  expect(filePath.safeParse('/etc/kubeconfig').success).toBe(true);
  expect(filePath.safeParse('~/.kube/config').error?.issues[0]?.message).toContain('write the whole path');
  expect(filePath.safeParse(' ').success).toBe(false);
});
