import { describe, expect, it } from 'vitest';
import type { Job, JobVariable } from '../../src/job/job.ts';
import { publicVariables } from '../../src/stage/service-secret.ts';

function variable(key: string, value: string, changes: Partial<JobVariable> = {}): JobVariable {
  return { key, value, isPublic: true, isFile: false, isMasked: false, isRaw: false, ...changes };
}

const of = (...variables: JobVariable[]): Readonly<Record<string, string>> =>
  publicVariables({ variables } as unknown as Job);

describe('publicVariables', () => {
  it('takes what the author wrote, expanded, the last of several', () => {
    expect(of(variable('DB', 'app'), variable('URL', 'postgres://$DB'), variable('DB', 'other'))).toEqual({
      DB: 'other',
      URL: 'postgres://other',
    });
  });

  it.each([
    ['a secret of the project', variable('A', 'x', { isPublic: false })],
    ['a masked value', variable('A', 'x', { isMasked: true })],
    ['a file', variable('A', 'x', { isFile: true })],
    ['a name that no container can have', variable('A B', 'x')],
  ])('leaves out %s', (_, left) => {
    expect(of(left, variable('B', 'y'))).toEqual({ B: 'y' });
  });

  it('leaves a raw value as it is', () => {
    expect(of(variable('A', '$B', { isRaw: true }))).toEqual({ A: '$B' });
  });

  it('leaves out what a Secret cannot hold, longest first', () => {
    expect(Object.keys(of(variable('BIG', 'x'.repeat(950_000)), variable('SMALL', 'y')))).toEqual(['SMALL']);
  });
});
