import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../../src/ci-file/ci-document.ts';
import { jobWays } from '../../../src/ci-file/values/job-ways.ts';
import { layersOf } from '../layers-of.ts';

function waysOf(
  text: string,
  given: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
) {
  const document = readCiDocument(text, 'ci.yml');
  const pipeline = [{ document, node: document.root }];
  return jobWays(layersOf(text), pipeline, {
    given: new Map(Object.entries(given)),
    environment: new Map(Object.entries(environment)),
  });
}

const values = (text: string, key: string, given?: Readonly<Record<string, string>>) =>
  waysOf(text, given)
    .waysFor(new Set([key]))
    ?.map((way) => way(key));

describe('jobWays', () => {
  it('knows which of the places that set a variable wins', () => {
    const places = [
      'workflow: {rules: [{variables: {V: flow}}]}',
      'variables: {V: shared}',
      'job: {variables: {V: own}, parallel: {matrix: [{V: row}]}, rules: [{variables: {V: rule}}]}',
    ];
    const text = (job: string) => [...places.slice(0, 2), job].join('\n');

    expect(values(places.join('\n'), 'V', { V: 'given' })).toEqual([{ text: 'given' }]);
    expect(values(places.join('\n'), 'V')).toEqual([{ text: 'rule' }]);
    expect(values(text('job: {variables: {V: own}, parallel: {matrix: [{V: row}]}}'), 'V')).toEqual([
      { text: 'row' },
    ]);
    expect(values(text('job: {variables: {V: own}}'), 'V')).toEqual([{ text: 'own' }]);
    expect(values(text('job: {}'), 'V')).toEqual([{ text: 'flow' }]);
    expect(values('variables: {V: shared}\njob: {}', 'V')).toEqual([{ text: 'shared' }]);
    expect(values('variables: {V: shared}\njob: {inherit: {variables: false}}', 'V')).toEqual([null]);
  });

  it('takes from the environment what the files do not set', () => {
    const inWays = (text: string) =>
      waysOf(text, {}, { V: 'outside' })
        .waysFor(new Set(['V']))
        ?.map((way) => way('V'));

    expect(inWays('job: {}')).toEqual([{ text: 'outside' }]);
    expect(inWays('variables: {V: shared}\njob: {}')).toEqual([{ text: 'shared' }]);
    expect(inWays('variables: {V: shared}\njob: {inherit: {variables: false}}')).toEqual([
      { text: 'outside' },
    ]);
    expect(inWays('job: {variables: {V: own}}')).toEqual([{ text: 'own' }]);
  });

  it('counts only what differs in the keys that are asked for', () => {
    const rules = Array.from({ length: 50 }, (_, index) => `{if: a, variables: {X: ${index}}}`).join(', ');
    const ways = waysOf(`job: {rules: [${rules}, {if: b, variables: {V: "1"}}]}`);

    expect(ways.waysFor(new Set(['V']))).toHaveLength(2);
    expect(ways.candidates('V')).toEqual([{ text: '1' }]);
    expect(ways.waysFor(new Set(['X']))).toHaveLength(51);
  });

  it('gives up on more than a thousand', () => {
    const row = (key: string) =>
      `${key}: [${Array.from({ length: 11 }, (_, index) => `"${index}"`).join(', ')}]`;
    const ways = waysOf(`job: {parallel: {matrix: [{${['A', 'B', 'C'].map(row).join(', ')}}]}}`);

    expect(ways.waysFor(new Set(['A', 'B']))).toHaveLength(121);
    expect(ways.waysFor(new Set(['A', 'B', 'C']))).toBeNull();
  });
});
