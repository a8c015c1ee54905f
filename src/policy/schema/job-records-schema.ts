// Whether jobs are recorded, and where.
import { z } from 'zod';
import { checkedText } from './policy-fields.ts';

const place = checkedText((text) => {
  if (text === 'journald') return null;
  const isPath = /^\/[^\0]*[^/\0]$/.test(text) && !text.split('/').includes('..');
  return isPath ? null : 'is neither `journald` nor the absolute path of a file';
});

export const jobRecords = z.strictObject({
  to: place.describe('The absolute path of a file, to which each job adds a line of JSON; or journald.'),
});
