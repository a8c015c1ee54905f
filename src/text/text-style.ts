// How our tables and reports for people may look.
import { type Colour, paint } from './ansi.ts';

export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly hasColours: boolean;
}

export function painter({ hasColours }: TextStyle, colour: Colour): (text: string) => string {
  return (text) => (hasColours ? paint(text, colour) : text);
}
