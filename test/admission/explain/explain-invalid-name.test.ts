import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/admission/evaluate.ts';
import { samplePolicy } from '../sample-policy.ts';

function explain(name: string) {
  return evaluate({ policy: samplePolicy(), name, kind: 'image', project: null });
}

describe('explainInvalidName', () => {
  it.each([
    ['https://docker-registry.example.org/x', 'docker-registry.example.org/x'],
    ['docker://debian:12', 'debian:12'],
    [' debian:12\n', 'debian:12'],
    ['Python:3', 'python:3'],
    ['docker-registry.example.org//x/', 'docker-registry.example.org/x'],
    ['alpine:', 'alpine'],
  ])('mends %j to %s', (name, use) => {
    expect(explain(name).suggestion).toEqual({ text: `Write \`${use}\`.`, use });
  });

  it.each(['docker-registry.example.org/', 'localhost:5000/'])(
    'asks which image of the registry %s is meant',
    (name) => {
      expect(explain(name).suggestion).toEqual({
        text: `Write which image of it: \`${name}NAME\`.`,
        use: null,
      });
    },
  );

  it.each(['evil.test//x', 'debian 12', 'аlpine', `debian:${'1'.repeat(200)}`, 'Python:3\n'.repeat(20_000)])(
    'suggests nothing for %j',
    (name) => expect(explain(name).suggestion).toBeNull(),
  );

  it('asks about a variable that is left in the name', () => {
    expect(explain('$CI_REGISTRY/x')).toMatchObject({
      reason: { text: 'It is not a valid image name: character 1 is a `$`: a variable in it had no value.' },
      suggestion: { text: 'Define the variable for this job, or write the name out.', use: null },
    });
  });
});
