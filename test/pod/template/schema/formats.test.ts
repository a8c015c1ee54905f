import { expect, test } from 'vitest';
import { containerAmount, environmentField, fileField } from '../../../../src/pod/template/pod-references.ts';
import * as formats from '../../../../src/pod/template/schema/formats.ts';

const rows: [
  format: formats.Format,
  fine: readonly (string | number)[],
  wrong: readonly (string | number)[],
][] = [
  [formats.dnsLabelFormat, ['a', 'a-1', 'x'.repeat(63)], ['', 'A', '-a', 'a.b', 'x'.repeat(64), 'a\n']],
  [formats.dnsSubdomainFormat, ['a', 'a.b-c.d', 'x'.repeat(253)], ['a..b', '.a', 'A', 'x'.repeat(254)]],
  [
    formats.qualifiedName,
    ['a', 'A.b_c', 'example.com/a', '9'],
    ['', '/a', 'a/', 'a/b/c', 'A.b/c', '-a', 'x'.repeat(64)],
  ],
  [formats.labelValue, ['', 'a', '1.0', 'A_b'], ['a b', '-a', 'a/b', '$CI', 'x'.repeat(64)]],
  [formats.portName, ['http', 'a-1', 'x'.repeat(15)], ['', '80', 'A', 'a--b', 'x'.repeat(16)]],
  [formats.portOrName, [80, 'http'], [0, 65_536, 'A']],
  [formats.environmentNameFormat, ['A', 'a.b', '1', 'a b'], ['', 'a=b', 'ä', 'a\n']],
  [formats.configKey, ['a', 'ca.crt', '.npmrc', 'A_b-1'], ['', '.', '..', '..a', 'a/b', 'a b']],
  [formats.absolutePath, ['/', '/a'], ['', 'a', './a']],
  [formats.pathBelow, ['a', 'a/b', '..a', ''], ['/a', '../a', 'a/../b', '..']],
  [formats.fileBelow, ['a', 'a/..b'], ['', '..a', '/a']],
  [formats.fileMode, [0, 0o777], [-1, 0o1000]],
  [
    formats.ipAddress,
    ['10.0.0.1', '::1', 'fe80::1', '::ffff:1.2.3.4'],
    ['', '1.2.3', '1.2.3.256', '01.2.3.4', 'host', '1::2::3', '[::1]', '::1%eth0'],
  ],
  [formats.oneOfTexts('', 'a', 'b'), ['', 'a'], ['c']],
  [
    environmentField,
    ['metadata.name', 'status.podIPs', "metadata.labels['a/b']"],
    ['metadata.labels', "metadata.labels['a b']", 'spec'],
  ],
  [fileField, ['metadata.labels', "metadata.annotations['A/b']"], ['status.podIP', "metadata.name['a']"]],
  [containerAmount, ['limits.cpu', 'requests.hugepages-2Mi'], ['cpu', 'limits.gpu']],
];

test.for(rows)('the format of %o takes what it should, and nothing else', ([format, fine, wrong]) => {
  expect(fine.filter((value) => format(value) !== null)).toEqual([]);
  expect(wrong.filter((value) => format(value) === null)).toEqual([]);
});

test('says that variables of a job stand for nothing here', () => {
  expect(formats.labelValue('$CI_JOB_ID')).toMatch(/variables of a job are not put into pod_template$/);
  expect(formats.labelValue('a b')).not.toMatch(/variables/);
});
