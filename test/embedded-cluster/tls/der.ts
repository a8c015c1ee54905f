// The little of DER (ITU-T X.690) that an X.509 certificate needs.

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: tag, length, contents. `tag` may be a name from the table or a number (context-specific tags). */
export function der(tag: keyof typeof tags | number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([typeof tag === 'number' ? tag : tags[tag]]), length(body.length), body]);
}

export const derSequence = (...items: readonly Uint8Array[]): Buffer => der('sequence', ...items);

/** Non-negative; a leading zero byte keeps the sign bit clear. */
export function derInteger(value: Uint8Array | number): Buffer {
  const bytes = typeof value === 'number' ? Buffer.from([value]) : Buffer.from(value);
  return der('integer', (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der('objectIdentifier', Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

export const derText = (text: string): Buffer => der('utf8String', Buffer.from(text));

export function derTime(date: Date): Buffer {
  const text = date.toISOString().replace(/\.\d+Z$/, 'Z');
  return der('generalizedTime', Buffer.from(text.replace(/[-:T]/g, '')));
}

export const derBoolean = (value: boolean): Buffer => der('boolean', Buffer.from([value ? 0xff : 0]));

/** `unusedBits` at the end of the last byte do not count. */
export const derBitString = (bytes: Uint8Array, unusedBits = 0): Buffer =>
  der('bitString', Buffer.from([unusedBits]), bytes);

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

function base128(value: number): number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
    digits.unshift((rest % 128) | 0x80);
  return digits;
}
