import { describe, expect, it } from 'vitest';
import { findNotes } from '../../../src/policy/schema/policy-notes.ts';

const cluster = { namespace: 'ci' };

describe('findNotes', () => {
  it('names the one difference from GitLab', () => {
    const notes = findNotes({ cluster, allowed_images: [], default_image: 'debian:12' });

    expect(notes).toEqual([
      {
        path: ['allowed_images'],
        message:
          'is empty, which allows only the default image. GitLab reads an empty list as "all"; leave the key out to mean that',
      },
    ]);
  });

  it('has nothing to say about a list with patterns, or about none', () => {
    expect(findNotes({ cluster })).toEqual([]);
    expect(findNotes({ cluster, allowed_images: ['x'], allowed_services: ['y'] })).toEqual([]);
  });

  it('finds a rule that adds to a list that is not there', () => {
    const rules = [{ when: { protected_ref: true }, allowed_images: ['x'], allowed_services: ['y'] }];

    expect(findNotes({ cluster, allowed_images: ['z'], rules }).map(({ path }) => path)).toEqual([
      ['rules', 0, 'allowed_services'],
    ]);
  });
});
