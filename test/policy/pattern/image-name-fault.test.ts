import { describe, expect, it } from 'vitest';
import { findStrangeCharacter } from '../../../src/policy/pattern/image-name-fault.ts';

describe('findStrangeCharacter', () => {
  it.each([
    ['a\u202eb', 'character 2 is the invisible character U+202E'],
    ['a\u0301', 'character 2 is the invisible character U+0301'],
    ['a\ud800', 'character 2 is the invisible character U+D800'],
    ['a;b', 'character 2 is `;`'],
    ['ｎginx', 'character 1 is `ｎ` (U+FF4E), which is not ASCII'],
  ])('says of %j that %s', (name, reason) => expect(findStrangeCharacter(name)?.reason).toBe(reason));

  it('leaves what the parts of a name may hold to the grammar', () => {
    expect(findStrangeCharacter('A..//::@@[]+')).toBeNull();
  });
});
