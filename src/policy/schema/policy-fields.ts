// The kinds of values in a policy, each with its check and the words for a wrong one.
import { z } from 'zod';
import { isDnsSubdomain } from '../../layout/host-name.ts';
import { findNameFault } from '../pattern/image-name.ts';
import { checkPattern } from '../pattern/pattern.ts';
import type { PatternSubject } from '../pattern/pattern-fault.ts';
import type { Problem } from '../problem.ts';
import { byteFault } from './values/byte-amount.ts';
import { readDuration } from './values/duration.ts';
import { checkPlaceholders } from './values/placeholders.ts';
import { readQuantity } from './values/quantity.ts';

const dnsLabelPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

type Check<T> = (value: T) => string | null;

/** A check for zod: null is a yes, and a clause says what is wrong. */
function refine<T>(check: Check<T>): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    const message = check(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

/** The same for a check of what one value holds, whose problems stand at paths inside it; it waits while one of these has its own. */
export function noProblems<T>(
  find: (value: T) => readonly Problem[],
): (value: T, context: z.RefinementCtx<T>) => void {
  return (value, context) => {
    if (context.issues.length > 0) return;
    for (const { path, message, isAboutKey = false } of find(value)) {
      context.addIssue({ code: 'custom', path: [...path], message, params: { isAboutKey } });
    }
  };
}

export function checkedText(check: Check<string>): z.ZodString {
  return z.string().superRefine(refine(check));
}

export function wholeNumber(from: number, to: number): z.ZodInt {
  return z
    .int()
    .superRefine(
      refine((value) =>
        value >= from && value <= to ? null : `is ${value}; a number from ${from} to ${to} is needed`,
      ),
    );
}

export const notEmpty = checkedText((value) =>
  value.trim() === '' ? 'is empty; leave the key out, or give it a text' : null,
);

export const filePath = checkedText((value) => {
  if (value.trim() === '') return 'is empty; leave the key out, or give it a path';
  return value.startsWith('~') ? 'begins with `~`, which only a shell reads; write the whole path' : null;
});

export const imageName = checkedText((value) => {
  const fault = findNameFault(value);
  return fault === null ? null : `is not a valid image name: ${fault.reason}`;
});

export function patternOf(subject: PatternSubject): z.ZodString {
  return checkedText((value) => {
    const fault = checkPattern(value, subject);
    if (fault === null) return null;
    const instead = fault.suggestion === null ? '' : `. Write \`${fault.suggestion}\``;
    return `\`${value}\` ${fault.reason}${instead}`;
  });
}

/** Read as seconds. `from` and `to` are durations, too; `why`: a clause for who wrote another. */
export function durationBetween(from: string, to: string, why: string) {
  const [min = 0, max = 0] = [from, to].map((bound) => readDuration(bound) ?? 0);
  const check = (seconds: number | null, written: string): string | null => {
    if (seconds === null) return 'is not a duration; write one such as 90s, 5m or 1h30m';
    if (seconds >= min && seconds <= max) return null;
    return `is ${written}; write one from ${from} to ${to}: ${why}`;
  };
  return z
    .union([
      checkedText((value) => check(readDuration(value), value)),
      z.int().superRefine(refine((value) => check(value, `${value} s`))),
    ])
    .transform((written) => readDuration(String(written)) ?? 0);
}

/** One KiB is a line or two: fewer bytes are another unit, forgotten. What is limited here is measured in MiB. */
const expectedSize = { minBytes: 1024, maxGibibytes: 0 };

/** Read as bytes. */
export const size = z
  .union([
    checkedText(checkSize),
    wholeNumber(1, Number.MAX_SAFE_INTEGER).superRefine(
      refine((value) => byteFault(String(value), expectedSize)),
    ),
  ])
  .transform((written) => Math.floor(readQuantity(String(written)) ?? 0));

function checkSize(value: string): string | null {
  const bytes = readQuantity(value) ?? 0;
  if (bytes <= 0) return 'is not a size in bytes; write one such as 64Mi, 1Gi or 500M';
  if (bytes > Number.MAX_SAFE_INTEGER) return `is more than ${Number.MAX_SAFE_INTEGER} bytes`;
  return byteFault(value, expectedSize);
}

const amountText = checkedText((value) =>
  readQuantity(value) === null
    ? 'is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi'
    : null,
);

export const amount = z.union([amountText, z.number().nonnegative()]);

/** null takes one away. */
export const quantity = z.union([amountText, z.number().nonnegative(), z.null()]);

/** Authors write it as the value of a variable, and read it in the log. */
export const profileName = checkedText((value) =>
  dnsLabelPattern.test(value)
    ? null
    : 'is not a name for a profile; lower-case letters, digits and `-` are allowed, at most 63',
);

/** DNS-1123, as Kubernetes names namespaces (label) and Secrets (subdomain). */
export const dnsLabel = checkedText((value) =>
  dnsLabelPattern.test(value)
    ? null
    : 'is not a name for a namespace; lower-case letters, digits and `-` are allowed, at most 63',
);
export const dnsSubdomain = checkedText((value) =>
  isDnsSubdomain(value)
    ? null
    : 'is not the name of a Kubernetes object; lower-case letters, digits, `-` and `.` are allowed',
);

export const authorText = checkedText((value) =>
  value.trim() === '' ? 'is empty; leave the key out, or give it a text' : checkPlaceholders(value),
);
export const webAddress = checkedText((value) => {
  if (!/^https?:\/\/[^/\s]/.test(value) || !URL.canParse(value)) {
    return 'is not a web address; write one that starts with https:// or http://';
  }
  return checkPlaceholders(value);
});
