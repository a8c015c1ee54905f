import { describe, expect, it } from 'vitest';
import { parseRequest, splitRequests } from '../../src/resident/request.ts';

function linesOf(...chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const take = splitRequests((line) => lines.push(line));
  for (const chunk of chunks) take(Buffer.from(chunk, 'latin1'));
  return lines;
}

describe('requests of launchers', () => {
  it('a request names its slot, its process and how many arguments are its own', () => {
    expect(parseRequest('call a1b2 4711 3')).toEqual({
      kind: 'call',
      slot: 'a1b2',
      pid: 4711,
      argumentCount: 3,
      delivered: null,
    });
    expect(parseRequest('call a1b2 4711 3 0')).toMatchObject({ delivered: 0 });
    expect(parseRequest('call a1b2 4711 3 65536')).toMatchObject({ delivered: 65_536 });
    expect(parseRequest('stop a1b2')).toEqual({ kind: 'stop', slot: 'a1b2' });
  });

  it.each([
    '',
    'call',
    'call a1 0 1',
    'call a1 -1 1',
    'call a1 1 0',
    'call a1 1 100',
    'call ../x 1 1',
    'call A 1 1',
    'call a1 99999999999 1',
    'call a1 1 1 x',
    'call a1 1 1 -1',
    'call a1 1 1 1 1',
    'call a1 1 1 1234567890123456',
    ' call a1 1 1',
    'call a1 1 1\r',
    'stop',
    'stop a/b',
    `stop ${'a'.repeat(41)}`,
    '\u0000',
  ])('%j is no request', (line) => {
    expect(parseRequest(line)).toBeNull();
  });

  it('requests arrive whole, wherever their bytes are cut', () => {
    expect(linesOf('stop a\nst', 'op b', '\n', 'stop c')).toEqual(['stop a', 'stop b']);
  });

  it('a line without an end costs no more memory than a long one, and the next line is read', () => {
    const endless = Array.from({ length: 1000 }, () => 'x'.repeat(65_536));
    expect(linesOf(...endless, '\nstop a\n')).toEqual(['', 'stop a']);
  });

  it('the end of a line that is too long is not taken for a request', () => {
    expect(linesOf('x'.repeat(1000), 'stop a\n')).toEqual(['']);
  });
});
