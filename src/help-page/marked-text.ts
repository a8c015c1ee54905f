// Sentences in which names and patterns stand between backticks, as the verdict and the job log have them.

export interface MarkedPart {
  readonly text: string;
  readonly isCode: boolean;
}

export function readMarkedText(sentence: string): readonly MarkedPart[] {
  return sentence
    .split('`')
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
