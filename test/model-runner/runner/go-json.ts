// Says what is wrong with a JSON text in the words of Go's encoding/json, which are what an operator sees of config's answer.

/** null: valid. */
export function goSyntaxError(text: string): string | null {
  const scanner: Scanner = { text, at: 0 };
  try {
    skipBlank(scanner);
    scanValue(scanner);
    skipBlank(scanner);
    if (scanner.at < text.length) unexpected(scanner, 'after top-level value');
    return null;
  } catch (error) {
    if (error instanceof SyntaxFault) return error.message;
    throw error;
  }
}

interface Scanner {
  readonly text: string;
  at: number;
}

class SyntaxFault extends Error {}

function unexpected(scanner: Scanner, where: string): never {
  const character = scanner.text[scanner.at];
  if (character === undefined) throw new SyntaxFault('unexpected end of JSON input');
  throw new SyntaxFault(`invalid character ${quoteCharacter(character)} ${where}`);
}

function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

function skipBlank(scanner: Scanner): void {
  while (/[ \t\r\n]/.test(scanner.text[scanner.at] ?? '')) scanner.at++;
}

function scanValue(scanner: Scanner): void {
  const character = scanner.text[scanner.at] ?? '';
  if (character === '{') scanObject(scanner);
  else if (character === '[') scanArray(scanner);
  else if (character === '"') scanString(scanner);
  else if (/[-0-9]/.test(character)) scanNumber(scanner);
  else scanLiteral(scanner, character);
}

function scanLiteral(scanner: Scanner, character: string): void {
  const word = ['true', 'false', 'null'].find((literal) => literal[0] === character);
  if (word === undefined) unexpected(scanner, 'looking for beginning of value');
  for (const [index, letter] of word.split('').entries()) {
    if (scanner.text[scanner.at] !== letter && index > 0) {
      unexpected(scanner, `in literal ${word} (expecting ${quoteCharacter(letter)})`);
    }
    scanner.at++;
  }
}

function scanObject(scanner: Scanner): void {
  scanMembers(scanner, { close: '}', words: 'after object key:value pair' }, () => {
    if (scanner.text[scanner.at] !== '"') unexpected(scanner, 'looking for beginning of object key string');
    scanString(scanner);
    skipBlank(scanner);
    if (!take(scanner, ':')) unexpected(scanner, 'after object key');
    skipBlank(scanner);
    scanValue(scanner);
  });
}

function scanArray(scanner: Scanner): void {
  scanMembers(scanner, { close: ']', words: 'after array element' }, () => scanValue(scanner));
}

function scanMembers(
  scanner: Scanner,
  { close, words }: { readonly close: string; readonly words: string },
  scanMember: () => void,
): void {
  scanner.at++;
  skipBlank(scanner);
  if (take(scanner, close)) return;
  do {
    skipBlank(scanner);
    scanMember();
    skipBlank(scanner);
    if (take(scanner, close)) return;
  } while (take(scanner, ','));
  unexpected(scanner, words);
}

function take(scanner: Scanner, character: string): boolean {
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at++;
  return true;
}

function scanString(scanner: Scanner): void {
  scanner.at++;
  for (;;) {
    const character = scanner.text[scanner.at] ?? '';
    if (character === '' || character < ' ') unexpected(scanner, 'in string literal');
    scanner.at++;
    if (character === '"') return;
    if (character === '\\') scanEscape(scanner);
  }
}

function scanEscape(scanner: Scanner): void {
  const character = scanner.text[scanner.at] ?? '';
  if (character === '' || !'bfnrt\\/"u'.includes(character)) unexpected(scanner, 'in string escape code');
  scanner.at++;
  if (character !== 'u') return;
  for (let digit = 0; digit < 4; digit++) {
    if (!/[0-9a-fA-F]/.test(scanner.text[scanner.at] ?? '')) {
      unexpected(scanner, 'in \\u hexadecimal character escape');
    }
    scanner.at++;
  }
}

function scanNumber(scanner: Scanner): void {
  take(scanner, '-');
  if (!take(scanner, '0')) scanDigits(scanner, 'in numeric literal');
  if (take(scanner, '.')) scanDigits(scanner, 'after decimal point in numeric literal');
  if (take(scanner, 'e') || take(scanner, 'E')) {
    if (!take(scanner, '-')) take(scanner, '+');
    scanDigits(scanner, 'in exponent of numeric literal');
  }
}

function scanDigits(scanner: Scanner, where: string): void {
  if (!/[0-9]/.test(scanner.text[scanner.at] ?? '')) unexpected(scanner, where);
  while (/[0-9]/.test(scanner.text[scanner.at] ?? '')) scanner.at++;
}
