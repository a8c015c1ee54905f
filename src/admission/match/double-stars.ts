// Where two stars stand together in a pattern: what they look like, and what they are.
import { star, type TokenizedPattern } from './pattern-tokens.ts';

export interface DoubleStar {
  /** As a reader sees it: between slashes, or at an end. */
  readonly isAlone: boolean;
  /** As the matcher sees it. */
  readonly reachesOver: boolean;
}

export function doubleStars({ tokens, joints }: TokenizedPattern): readonly DoubleStar[] {
  return tokens.flatMap((token, at) => {
    if (token !== star || tokens[at + 1] !== star || joints.includes(at + 1)) return [];
    // Of more than two stars, the first two stand together.
    if (tokens[at - 1] === star && !joints.includes(at)) return [];
    const isAtStart = at === 0 || tokens[at - 1] === '/';
    const next = tokens[at + 2];
    const isAtEnd = (next === undefined || next === '/') && !joints.includes(at + 2);
    return [
      {
        isAlone: isAtStart && (next === undefined || next === '/'),
        reachesOver: (isAtStart || joints.includes(at)) && isAtEnd,
      },
    ];
  });
}
