// Base64 as Go's encoding/base64 reads it, with its words for what it cannot read: they become a container's waiting reason.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

class CorruptInputError extends Error {
  constructor(offset: number) {
    super(`illegal base64 data at input byte ${offset}`);
  }
}

/**
 * @param padding whether `=` must fill up the last four (StdEncoding), or must not be there (RawStdEncoding)
 * @throws CorruptInputError
 */
export function decodeGoBase64(text: string, padding: boolean): Buffer {
  const bytes = Buffer.from(text);
  let digits = '';
  let at = 0;
  let inQuantum = 0;
  for (; at < bytes.length; at += 1) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (character === '\n' || character === '\r') continue;
    if (character === '=' && padding) {
      endOfPadding(bytes, at, inQuantum);
      return Buffer.from(digits, 'base64');
    }
    if (!alphabet.includes(character)) throw new CorruptInputError(at);
    digits += character;
    inQuantum = (inQuantum + 1) % 4;
  }
  if (inQuantum === 1 || (padding && inQuantum > 0)) throw new CorruptInputError(bytes.length - inQuantum);
  return Buffer.from(digits, 'base64');
}

/** @throws CorruptInputError unless the padding is whole and the text ends with it */
function endOfPadding(bytes: Buffer, at: number, inQuantum: number): void {
  if (inQuantum < 2) throw new CorruptInputError(at);
  let next = skipLineEnds(bytes, at + 1);
  if (inQuantum === 2) {
    if (next === bytes.length) throw new CorruptInputError(bytes.length);
    if (bytes[next] !== 0x3d) throw new CorruptInputError(next - 1);
    next = skipLineEnds(bytes, next + 1);
  }
  if (next < bytes.length) throw new CorruptInputError(next);
}

function skipLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
  return at;
}
