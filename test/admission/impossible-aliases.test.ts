import { expect, it } from 'vitest';
import { describeFinding } from '../../src/admission/explain/describe-finding.ts';
import { findImpossibleAliases } from '../../src/admission/impossible-aliases.ts';
import { sampleService } from '../pod/sample-service.ts';

const find = (...aliases: string[]) =>
  findImpossibleAliases({ ...sampleService, name: 'postgres:16', aliases }, 'services[0]');

it('names each alias that a pod cannot resolve, with its service, why, and what instead', () => {
  const findings = find('db', 'my_db', 'DB');

  expect(findings).toMatchObject([
    { kind: 'alias', requested: 'my_db', image: 'postgres:16', imageKind: 'service' },
    { kind: 'alias', requested: 'DB', image: 'postgres:16', imageKind: 'service' },
  ]);
  expect(findings.flatMap((finding) => describeFinding(finding))).toEqual([
    '  services[0]:alias: my_db',
    '    Why:           In a pod, a name has lower-case letters, digits, "-" and "." only.',
    '    Instead:       Choose another alias; `my-db`, say.',
    '  services[0]:alias: DB',
    '    Why:           In a pod, a name has lower-case letters, digits, "-" and "." only.',
    '    Instead:       Choose another alias; `db`, say.',
  ]);
});

it.each([
  ['localhost', '`localhost` is the pod itself.', 'Choose another alias.'],
  ['x'.repeat(254), 'A host name has at most 253 characters.', 'Choose a shorter one.'],
  [
    '-db.',
    'In a pod, each part of a name begins and ends with a letter or a digit.',
    'Choose another alias; `db`, say.',
  ],
  [
    '\u001b[2J',
    'In a pod, a name has lower-case letters, digits, "-" and "." only.',
    'Choose another alias; `2j`, say.',
  ],
  ['ÄÖ', 'In a pod, a name has lower-case letters, digits, "-" and "." only.', 'Choose another alias.'],
])('explains %j', (alias, reason, instead) => {
  expect(find(alias)).toMatchObject([{ reason, instead }]);
});

it('findImpossibleAliases finds none where all aliases can be had', () => {
  expect(find('db', 'my-db.local')).toEqual([]);
});
