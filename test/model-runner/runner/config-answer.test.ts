import { expect, test } from 'vitest';
import { readConfigAnswer } from './config-answer.ts';

test('reads any case of a key, ignores unknown ones and takes null as absent', () => {
  const text =
    '{"BUILDS_DIR": "/b", "new": 1, "hostname": null, "job_env": {"A": "1", "B": null}, "driver": {"name": "d"}}';

  expect(readConfigAnswer(text)).toEqual({
    answer: { builds_dir: '/b', job_env: { A: '1', B: '' }, driver: { name: 'd' } },
  });
});

test('takes no answer at all', () => {
  expect(readConfigAnswer('')).toEqual({ answer: {} });
});

test.each(['null', '{"driver": null}', '{"builds_dir": null}'])('takes %s as no answer', (text) => {
  expect(readConfigAnswer(text)).toEqual({ answer: {} });
});

test('the last spelling of a key counts, and null takes nothing back', () => {
  expect(readConfigAnswer('{"shell": "sh", "Shell": "bash", "SHELL": null}')).toEqual({
    answer: { shell: 'bash' },
  });
});

test.each([
  ['what', `Unexpected token 'w', "what" is not valid JSON`],
  ['{"a":1} trailing', 'Unexpected non-whitespace character after JSON at position 8 (line 1 column 9)'],
  ['{"builds_dir":', 'Unexpected end of JSON input'],
  ['[1]', 'Invalid input: expected object, received array'],
  ['{"builds_dir": 5}', 'builds_dir: Invalid input: expected string, received number'],
  [
    '{"builds_dir_is_shared": "yes"}',
    'builds_dir_is_shared: Invalid input: expected boolean, received string',
  ],
  ['{"job_env": {"A": 1}}', 'job_env.A: Invalid input: expected string, received number'],
  ['{"job_env": []}', 'job_env: Invalid input: expected record, received array'],
  ['{"driver": {"name": [1]}}', 'driver.name: Invalid input: expected string, received array'],
])('says of %j what is wrong', (text, words) => {
  expect(readConfigAnswer(text)).toEqual({
    failure: { kind: 'system', text: `error while parsing JSON output: ${words}` },
  });
});
