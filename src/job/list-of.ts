// A list in a job file, of which no more than a few mistakes are reported.
import { z } from 'zod';

/** A mistake in a list is mostly one in each of its items, and a list may have a million. */
export const maxMistakes = 20;

/** As `z.array(item).nullish()`, but after so many mistakes the rest is not looked at. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((given, context): z.output<Item>[] | null => {
      const read: z.output<Item>[] = [];
      for (const [index, each] of (given ?? []).entries()) {
        const { data, error } = item.safeParse(each);
        if (error === undefined) read.push(data);
        for (const { path, message } of error?.issues ?? [])
          context.addIssue({ code: 'custom', path: [index, ...path], message });
        if (context.issues.length > maxMistakes) break;
      }
      return given ? read : null;
    });
}
