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

// As gitlab-runner 19.4.0 prints them, after "error while parsing JSON output: ".
test.each([
  ['what', "invalid character 'w' looking for beginning of value"],
  ['hello {"builds_dir":"/b"}', "invalid character 'h' looking for beginning of value"],
  ['{"a":1} trailing', "invalid character 't' after top-level value"],
  ['{"a": tru}', "invalid character '}' in literal true (expecting 'e')"],
  ['{"builds_dir":', 'unexpected end of JSON input'],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{"a":"\n"}', "invalid character '\\n' in string literal"],
  ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
  ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
  ['[1]', 'json: cannot unmarshal array into Go value of type custom.ConfigExecOutput'],
  [
    '{"builds_dir": 5}',
    'json: cannot unmarshal number into Go struct field ConfigExecOutput.ConfigExecOutput.builds_dir of type string',
  ],
  [
    '{"job_env": {"A": 1}}',
    'json: cannot unmarshal number into Go struct field ConfigExecOutput.ConfigExecOutput.job_env of type string',
  ],
  [
    '{"driver": {"name": [1]}}',
    'json: cannot unmarshal array into Go struct field DriverInfo.ConfigExecOutput.driver.name of type string',
  ],
])("says of %j what is wrong in Go's words", (text, words) => {
  expect(readConfigAnswer(text)).toEqual({
    failure: { kind: 'system', text: `error while parsing JSON output: ${words}` },
  });
});
