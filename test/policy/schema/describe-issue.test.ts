import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssue } from '../../../src/policy/schema/describe-issue.ts';

const schema = z.strictObject({
  name: z.string(),
  mode: z.enum(['always', 'if-not-present']).optional(),
  many: z.array(z.int()).optional(),
  either: z.union([z.enum(['one', 'two']), z.strictObject({ deep: z.boolean() })]).optional(),
});

function describeAll(value: unknown) {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? [])
    .flatMap((issue) => describeIssue(issue, schema, value))
    .map(({ path, message }) => `${path.join('.')} ${message}`);
}

describe('describeIssue', () => {
  it.each([
    [{}, ['name is missing; write a text']],
    [{ name: null }, ['name is empty; write a text']],
    [{ name: 5 }, ['name is `5`; write a text: put it in quotes']],
    [{ name: [] }, ['name is a list; write a text']],
    [{ name: {} }, ['name is keys with values; write a text']],
    [{ name: 'x', mode: 'IfNotPresent' }, ['mode is `IfNotPresent`; write `if-not-present`']],
    [{ name: 'x', mode: 'alwyas' }, ['mode is `alwyas`; write `always`']],
    [{ name: 'x', mode: 'sometimes' }, ['mode is `sometimes`; write one of always, if-not-present']],
    [{ name: 'x', mode: true }, ['mode is `true`; write one of always, if-not-present']],
    [
      { name: 'x', many: [1, 'a', 2.5] },
      ['many.1 is a text; write a number', 'many.2 is `2.5`; write a whole number'],
    ],
    [{ name: 'x', either: 'tow' }, ['either is `tow`; write `two`']],
    [{ name: 'x', either: 7 }, ['either is `7`; write one of one, two or keys with values']],
    [{ name: 'x', either: { deep: 'yes' } }, ['either.deep is a text; write true or false']],
    [
      { name: 'x', either: { depe: true } },
      [
        'either.deep is missing; write true or false',
        'either.depe is not a key of a policy; did you mean `deep`? Known here: deep',
      ],
    ],
    [{ name: 'x', other: 1 }, ['other is not a key of a policy. Known here: name, mode, many, either']],
    [{ name: 'x', '<<': 1 }, ['<< is a merge key, which is not read here; write the keys out']],
    ['text', [' is a text; write keys with values']],
  ])('describes what is wrong with %j', (value, expected) => expect(describeAll(value)).toEqual(expected));
});
