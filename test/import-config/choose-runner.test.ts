import { describe, expect, it } from 'vitest';
import { chooseRunner } from '../../src/import-config/choose-runner.ts';

const runner = (name: string, executor: string) => ({ name, executor });
const messageOf = (chosen: ReturnType<typeof chooseRunner>) =>
  'problem' in chosen ? chosen.problem.message : null;

describe('chooseRunner', () => {
  it('takes the only one that runs jobs in containers, or the one that is named', () => {
    const runners = [runner('a', 'shell'), runner('b', 'kubernetes')];
    expect(chooseRunner({ runners }, undefined)).toMatchObject({
      index: 1,
      section: 'kubernetes',
      path: ['runners', 1, 'kubernetes'],
    });
    expect(chooseRunner({ runners: [...runners, runner('c', 'docker')] }, 'c')).toMatchObject({
      index: 2,
      section: 'docker',
    });
    expect(chooseRunner({ runners: [{ kubernetes: {} }] }, undefined)).toMatchObject({ name: 'runners[0]' });
  });

  it('says which there are where it cannot choose', () => {
    const two = { runners: [runner('a', 'kubernetes'), runner('b', 'docker')] };
    expect(messageOf(chooseRunner(two, undefined))).toBe(
      'has 2 that can be imported: choose one with --runner: a, b',
    );
    expect(messageOf(chooseRunner(two, 'c'))).toBe('has none called c; --runner takes one of a, b');
    expect(messageOf(chooseRunner({ runners: [runner('a', 'shell')] }, undefined))).toContain(
      'has none with the Kubernetes',
    );
    const shell = { runners: [...two.runners, runner('c', 'shell')] };
    expect(chooseRunner(shell, 'c')).toEqual({
      problem: {
        path: ['runners', 2],
        message: 'is c, with the executor `shell`, which cannot be imported; --runner takes one of a, b',
      },
    });
    expect(messageOf(chooseRunner({}, undefined))).toContain('has none with the Kubernetes');
  });

  it('takes the place of a runner where several have one name', () => {
    const twins = { runners: [runner('a', 'kubernetes'), runner('a', 'docker')] };
    expect(messageOf(chooseRunner(twins, 'a'))).toContain('--runner: runners[0] (a), runners[1] (a)');
    expect(chooseRunner(twins, 'runners[1]')).toMatchObject({ index: 1, section: 'docker' });
  });
});
