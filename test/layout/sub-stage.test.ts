import { describe, expect, it } from 'vitest';
import { findSubStage, knownSubStages } from '../../src/layout/sub-stage.ts';

describe('findSubStage', () => {
  it.each(['build_script', 'step_script'])(
    'calls %s, whose end is the end of the job, its main script',
    (name) => {
      expect(findSubStage(name)).toEqual({ container: 'build', role: 'main' });
    },
  );

  it('gives a step that only its author knows to the build container', () => {
    expect(findSubStage('step_release')).toEqual({ container: 'build', role: 'author' });
  });

  it.each(['', 'step_', 'build_script ', 'prepare_executor', 'toString'])('does not know "%s"', (name) => {
    expect(findSubStage(name)).toBeUndefined();
  });

  it('names for people what it knows, the steps of authors by their pattern', () => {
    expect(knownSubStages).toContain('cleanup_file_variables');
    expect(knownSubStages.at(-1)).toBe('step_*');
  });
});
