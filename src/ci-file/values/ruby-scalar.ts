// An unquoted YAML value as GitLab has it in the end: GitLab reads YAML 1.1 with Ruby (Psych::ScalarScanner) and writes the value
// as text again (`to_s`). So `3.0` stays `3.0`, `010` becomes `8`, and `yes` becomes `true`.

/** Whatever begins like a word is one, unless it is one of the few that mean something. */
const word = /^[^\d.:-]?[\p{Alphabetic}_\s!@#$%^&*(){}<>|/\\~;=]+/u;
const float = /^[-+]?(?:\d[\d_,]*)?\.\d*(?:[eE][-+]\d+)?$/;
const integer =
  /^[-+]?(?:0b[_,]*[01][01_,]*|0[_,]*[0-7][0-7_,]*|0|[1-9](?:\d|,\d|_\d)*|0x[_,]*[\da-fA-F][\da-fA-F_,]*)$/;
const sixties = /^[-+]?\d[\d_]*(?::[0-5]?\d){1,2}(\.[\d_]*)?$/;

/** Nobody writes a longer number, and no name could hold it; to work it out would take time. */
const maxNumberLength = 1000;

/** @returns null: Ruby reads it as nil */
export function rubyText(source: string): string | null {
  if (source === '') return null;
  if (source.length > maxNumberLength) return source;
  if (source.includes('\n') || word.test(source)) return wordText(source);
  if (/^[-+]?\.inf$/i.test(source)) return source.startsWith('-') ? '-Infinity' : 'Infinity';
  if (/^\.nan$/i.test(source)) return 'NaN';
  if (/^:./s.test(source)) return symbolText(source);
  if (sixties.test(source)) return sixtiesText(source);
  if (float.test(source) && !/^[-+]?\.$/.test(source))
    return floatText(Number(source.replaceAll(/[,_]/g, '')));
  return integer.test(source) ? integerText(source.replaceAll(/[,_]/g, '')) : source;
}

function wordText(source: string): string | null {
  if (/^(?:~|null)$/i.test(source)) return null;
  if (/^(?:yes|true|on)$/i.test(source)) return 'true';
  return /^(?:no|false|off)$/i.test(source) ? 'false' : source;
}

/** `:latest` is the symbol `latest`. */
function symbolText(source: string): string {
  const [, , quoted] = /^:(["'])(.*)\1/.exec(source) ?? [];
  return (quoted ?? source).replace(/^:/, '');
}

/** `0b`, `0x`, and with a zero in front octal. */
function integerText(digits: string): string {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/.exec(digits) ?? [];
  const value = BigInt(/^0[0-7]+$/.test(rest) ? `0o${rest}` : rest);
  return String(sign === '-' ? -value : value);
}

/** `1:30` counts in sixties, and what comes first always as hours: 5400. */
function sixtiesText(source: string): string {
  const parts = source.split(':').map(leadingNumber);
  const hasFraction = source.includes('.');
  if (hasFraction)
    return floatText(sum(parts.map((part, index) => Number(part) * 60 ** Math.abs(index - 2))));
  const whole = parts.map((part, index) => BigInt(part) * 60n ** BigInt(Math.abs(index - 2)));
  return String(whole.reduce((total, part) => total + part, 0n));
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);

/** Ruby's String#to_i and #to_f read single underscores between digits, and stop at anything else. */
function leadingNumber(part: string): string {
  const [read = '0'] = /^[-+]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?/.exec(part) ?? [];
  return read.replaceAll('_', '').replace('+', '');
}

/** Ruby's Float#to_s: always with a point, and with an exponent below 0.0001, and where zeros would fill up 16 places. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const [, sign = '', first = '', more = '', exponent = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(value.toExponential()) ?? [];
  const point = Number(exponent) + 1;
  const digits = first + more;
  if ((point > 15 && point >= digits.length) || point <= -4) {
    const size = String(Math.abs(point - 1)).padStart(2, '0');
    return `${sign}${first}.${more === '' ? '0' : more}e${point > 0 ? '+' : '-'}${size}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.padEnd(point, '0');
  return `${sign}${whole.slice(0, point)}.${whole.slice(point) || '0'}`;
}
