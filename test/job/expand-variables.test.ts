import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpansion, maxExpanded, maxExpansionLength } from '../../src/job/expand-variables.ts';
import type { JobVariable } from '../../src/job/job.ts';

function variable(key: string, value: string, flags: Partial<JobVariable> = {}): JobVariable {
  return { key, value, isPublic: false, isFile: false, isMasked: false, isRaw: false, ...flags };
}

const expand = (text: string, variables: readonly JobVariable[]): string | null =>
  createExpansion(variables).text(text);

describe('a text', () => {
  const known = [
    variable('A', 'one'),
    variable('REF', '$A'),
    variable('1', 'never'),
    variable('-', 'dash'),
    variable('A B', 'with a space'),
  ];

  it.each([
    ['$A', 'one'],
    ['${A}', 'one'],
    ['x$A-y', 'xone-y'],
    ['$A$A', 'oneone'],
    ['$NONE', ''],
    ['${NONE}x', 'x'],
    ['$AB', ''],
    ['$$A', '$A'],
    ['$(A)', '$(A)'],
    ['100 $', '100 $'],
    ['$REF', 'one'],
    ['$1', ''],
    ['$-', 'dash'],
    ['${A B}', 'with a space'],
  ])('expandVariables turns %s into %s', (text, expected) => {
    expect(expand(text, known)).toBe(expected);
  });

  it('counts the last of several variables with one key', () => {
    expect(expand('$A', [variable('A', 'first'), variable('A', 'last')])).toBe('last');
  });

  it('leaves what a raw variable holds', () => {
    expect(expand('$RAW', [variable('A', 'one'), variable('RAW', '$A', { isRaw: true })])).toBe('$A');
  });

  it('never puts the content of a file variable anywhere', () => {
    expect(expand('$KEY', [variable('KEY', 's3cret', { isFile: true })])).toBe('$KEY');
  });

  it('ends after two levels, as GitLab Runner does, so that a circle ends too', () => {
    const variables = [variable('A', '$B'), variable('B', '$C'), variable('C', '$A')];

    expect(expand('$A', variables)).toBe('$C');
    expect(expand('$S', [variable('S', '$S$S')])).toBe('$S$S$S$S');
  });
});

describe('createExpansion', () => {
  it('fills a variable in once, with the others as they were written', () => {
    const [a, b, c] = [variable('A', '<$B>'), variable('B', '[$C]'), variable('C', 'c')] as const;
    const { value } = createExpansion([a, b, c]);

    expect([a, b, c].map(value)).toEqual(['<[$C]>', '[c]', 'c']);
  });

  it('fills in each of several variables with one key, by the last of them', () => {
    const [first, last] = [variable('KEY', 'was $KEY'), variable('KEY', 'secret')] as const;
    const { value } = createExpansion([first, last]);

    expect([value(first), value(last)]).toEqual(['was secret', 'secret']);
  });

  it("fills a service's own in with the job's values, and with its own as they were written", () => {
    const job = [variable('A', '$B'), variable('B', 'b'), variable('X', 'of the job')];
    const own = [
      variable('X', 'its $B'),
      variable('Y', '$X and $A'),
      variable('RAW', '$A', { isRaw: true }),
      variable('NONE', '<$NOPE>'),
    ];

    expect(createExpansion(job).own(own)).toEqual(['its b', 'its $B and b', '$A', '<>']);
  });

  it('makes no text longer than Linux takes in an environment', () => {
    const part = variable('PART', 'x'.repeat(maxExpansionLength / 8));
    const { text, value } = createExpansion([part]);
    const raw = variable('RAW', 'x'.repeat(maxExpansionLength + 1), { isRaw: true });
    const lengthOf = (made: string | null): number | null => made?.length ?? null;

    expect(lengthOf(text('$PART'.repeat(8)))).toBe(maxExpansionLength);
    expect(lengthOf(text(`${'$PART'.repeat(8)}-`))).toBeNull();
    expect(lengthOf(text('$PART'.repeat(20_000)))).toBeNull();
    expect(lengthOf(value(variable('LONG', '$PART'.repeat(9))))).toBeNull();
    // A text that was given is no text that was made.
    expect(lengthOf(value(raw))).toBe(maxExpansionLength + 1);
  });

  it('passes on what came of nothing', () => {
    const variables = [variable('A', 'a'.repeat(1000)), variable('B', '$A'.repeat(1000))];

    expect(expand('$B', variables)).toBeNull();
  });

  /** Shapes that grow: variables that hold many references to the one before, and texts of nothing but references. */
  const growing = fc
    .array(
      fc.record({
        filler: fc.nat({ max: 20_000 }),
        times: fc.nat({ max: 20_000 }),
        of: fc.nat({ max: 9 }),
        isRaw: fc.boolean(),
      }),
      { minLength: 1, maxLength: 10 },
    )
    .map((shapes) =>
      shapes.map(({ filler, times, of, isRaw }, index) => ({
        key: `V${index}`,
        value: 'x'.repeat(filler) + `$V${of}`.repeat(times),
        isRaw: isRaw && index % 3 === 0,
      })),
    );

  it('makes no more than it may, whatever refers to whatever, and looks at each reference once', () => {
    fc.assert(
      fc.property(growing, growing, (ofJob, ofService) => {
        let lookups = 0;
        const watched = [...ofJob, ...ofService].map(({ key, value: text, isRaw }) => ({
          ...variable(key, '', { isRaw }),
          get value() {
            lookups += 1;
            return text;
          },
        }));
        const [job, own] = [watched.slice(0, ofJob.length), watched.slice(ofJob.length)];
        const { text, value, own: ownValues } = createExpansion(job);

        const texts = ofJob.map((each) => each.value);
        const made = [...texts.map(text), ...job.filter(({ isRaw }) => !isRaw).map(value)];
        made.push(...ownValues(own).filter((_, index) => !own[index]?.isRaw));

        const lengths = made.map((each) => each?.length ?? 0);
        expect(Math.max(...lengths)).toBeLessThanOrEqual(maxExpansionLength);
        // Values that texts were made of were held as well.
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(maxExpanded);
        const given = [...texts, ...ofJob.map((each) => each.value), ...ofService.map((each) => each.value)];
        // A reference has three characters and more.
        expect(lookups).toBeLessThanOrEqual(given.reduce((sum, each) => sum + 2 + each.length / 3, 0));
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
