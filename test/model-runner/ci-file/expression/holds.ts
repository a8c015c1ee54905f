// Is an `if:` true of these variables? Comparisons bind before `&&`, that before `||`, and parentheses before all.
import { type Operator, type Token, tokensOf } from './tokens.ts';

type Value = string | boolean | null;

export type Lookup = (name: string) => string | null;

const precedence: Readonly<Record<Operator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '=~': 3,
  '!~': 3,
};

/** @throws when GitLab would refuse the expression */
export function holds(expression: string, lookup: Lookup): boolean {
  const reader: Reader = { expression, tokens: tokensOf(expression), at: 0, lookup };
  const value = readOperation(reader, 0);
  if (reader.at < reader.tokens.length) throw invalid(reader);
  return isPresent(value);
}

interface Reader {
  readonly expression: string;
  readonly tokens: readonly Token[];
  readonly lookup: Lookup;
  at: number;
}

function readOperation(reader: Reader, above: number): Value {
  let left = readValue(reader);
  for (;;) {
    const next = reader.tokens[reader.at];
    if (next?.kind !== 'operator' || precedence[next.name] <= above) return left;
    reader.at += 1;
    const right = readOperation(reader, precedence[next.name]);
    left = operate(next.name, left, right);
  }
}

function readValue(reader: Reader): Value {
  const token = reader.tokens[reader.at++];
  switch (token?.kind) {
    case 'variable':
      return reader.lookup(token.text);
    case 'string':
    case 'pattern':
      return token.text;
    case 'constant':
      return token.value;
    case 'open': {
      const value = readOperation(reader, 0);
      if (reader.tokens[reader.at++]?.kind !== 'close') throw invalid(reader);
      return value;
    }
    default:
      throw invalid(reader);
  }
}

function operate(operator: Operator, left: Value, right: Value): Value {
  if (operator === '&&') return isTrue(left) ? right : left;
  if (operator === '||') return isTrue(left) ? left : right;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const isMatch = matches(left, right);
  return operator === '=~' ? isMatch : !isMatch;
}

/** Ruby's truth, which only nil and false lack; an empty text counts as false at the very end alone. */
const isTrue = (value: Value): boolean => value !== null && value !== false;

const isPresent = (value: Value): boolean =>
  typeof value === 'string' ? value.trim() !== '' : value === true;

/** The pattern may be the value of a variable. Without one nothing matches. */
function matches(text: Value, pattern: Value): boolean {
  if (typeof pattern !== 'string') return false;
  return readPattern(pattern).test(typeof text === 'string' ? text : '');
}

/** `/text/flags`. @throws when it is none, or not one that is understood here */
export function readPattern(text: string): RegExp {
  const [, source, flags = ''] = /^\/(.+)\/([ismU]*)$/s.exec(text) ?? [];
  if (source === undefined) throw new Error(`Invalid regular expression \`${text}\``);
  const [, inline = '', rest = source] = /^\(\?([ism]+)\)(.*)$/s.exec(source) ?? [];
  // RE2's \A and \z; its flag U turns greed around, which changes no answer here.
  const own = rest.replaceAll(/\\A/g, '^').replaceAll(/\\[zZ]/g, '$');
  return new RegExp(own, [...new Set(`${inline}${flags}`.replace('U', ''))].join(''));
}

function invalid({ expression }: Reader): Error {
  return new Error(`Invalid expression \`${expression}\``);
}
