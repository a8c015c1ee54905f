import { describe, expect, it } from 'vitest';
import { explainCapitals } from '../../../src/admission/explain/explain-capitals.ts';
import { questionAbout } from '../sample-policy.ts';

describe('explainCapitals', () => {
  it.each([
    [
      'Docker-Registry.Example.org/x',
      'The name of its registry, `Docker-Registry.Example.org`, has capitals, and is compared letter by letter.',
      'docker-registry.example.org/x',
    ],
    [
      'KDEorg/x:1',
      'Its first part, `KDEorg`, has capitals, and so it is read as the name of a registry.',
      'kdeorg/x:1',
    ],
    [
      'Docker.io/library/debian:12',
      'The name of its registry, `Docker.io`, has capitals, and is compared letter by letter.',
      'debian:12',
    ],
  ])('says of %s why it is another one, and what to write', (name, text, use) => {
    expect(explainCapitals(questionAbout(name))).toEqual({
      code: 'spelling',
      text,
      suggestion: { text: `Write \`${use}\`.`, use },
    });
  });

  it.each(['hashicorp/terraform', 'QUAY.io/x', 'MIRROR/x', 'debian'])(
    'has nothing to say about %s',
    (name) => {
      expect(explainCapitals(questionAbout(name))).toBeNull();
    },
  );
});
