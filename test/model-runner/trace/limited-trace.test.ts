import { expect, test } from 'vitest';
import { limitedTrace } from './limited-trace.ts';
import { bytesOf } from './sink.ts';

test('says once that the limit is reached and takes no more', () => {
  const trace = limitedTrace(10, () => undefined);

  for (const chunk of ['12345', '67890ab', 'never']) trace.write(chunk);

  const text = trace.bytes().toString();
  expect(text).toMatch(/^1234567890\n\u001b\[33;1mJob's log exceeded limit of 10 bytes\.\n/);
  expect(text).toMatch(/no more output will be collected\.\u001b\[0;m\n$/);
});

test('cuts no character in half, neither at the limit nor between two writes', () => {
  const seen: string[] = [];
  const trace = limitedTrace(100, (bytes) => void seen.push(bytes.toString()));
  const [first = '', second = ''] = bytesOf('ü');

  trace.write(first);
  trace.write(second);
  const short = limitedTrace(3, () => undefined);
  short.write(bytesOf('aaü'));

  expect(seen).toEqual(['ü']);
  expect(short.bytes().toString()).toMatch(/^aa\n/);
});

test('replaces what is not UTF-8', () => {
  const trace = limitedTrace(100, () => undefined);

  trace.write('\u00ff!');

  expect(trace.bytes().toString()).toBe('\ufffd!');
});
