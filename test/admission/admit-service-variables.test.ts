import { describe, expect, it } from 'vitest';
import { admitOwnVariables, shareVariables } from '../../src/admission/admit-service-variables.ts';
import { createExpansion } from '../../src/job/expand-variables.ts';
import type { JobService, JobVariable } from '../../src/job/job.ts';

function variable(key: string, value: string, changes: Partial<JobVariable> = {}): JobVariable {
  return { key, value, isPublic: true, isFile: false, isMasked: false, isRaw: false, ...changes };
}

const secret = { isPublic: false, isMasked: true };

describe('shareVariables', () => {
  const share = (...variables: JobVariable[]) => shareVariables(variables, createExpansion(variables));
  const of = (...variables: JobVariable[]) =>
    Object.fromEntries(share(...variables).variables.map(({ key, value }) => [key, value]));

  it('takes what the author wrote, filled in, the last of several', () => {
    expect(of(variable('DB', 'app'), variable('URL', 'postgres://$DB'), variable('DB', 'other'))).toEqual({
      DB: 'other',
      URL: 'postgres://other',
    });
  });

  it.each([
    ['a secret of the project', variable('A', 'x', { isPublic: false })],
    ['a masked value', variable('A', 'x', { isMasked: true })],
    ['a file', variable('A', 'x', { isFile: true })],
    ['a name that no container can have', variable('A B', 'x')],
    ['a name that no Secret can have', variable('..A', 'x')],
  ])('leaves out %s', (_, left) => {
    expect(share(left, variable('B', 'y'))).toEqual({ variables: [{ key: 'B', value: 'y' }], note: null });
  });

  it('leaves a raw value as it is', () => {
    expect(of(variable('A', '$B', { isRaw: true }))).toEqual({ A: '$B' });
  });

  // As GitLab Runner: what the build container sees, no more (common/build.go, GetServiceVariables).
  it('fills in once, so that a secret two references away stays away', () => {
    expect(of(variable('A', '$B'), variable('B', '<$S>'), variable('S', 's3cret', secret))).toEqual({
      A: '<$S>',
      B: '<s3cret>',
    });
  });

  it("takes the author's own entry where a secret of the project has the same name", () => {
    expect(of(variable('DB', '<$DB>'), variable('DB', 's3cret', secret))).toEqual({ DB: '<s3cret>' });
    expect(of(variable('DB', 'default'), variable('DB', 's3cret', secret))).toEqual({ DB: 'default' });
  });

  it('leaves out what a Secret cannot hold, longest first, and says so', () => {
    const many = Array.from({ length: 12 }, (_, index) => variable(`V${index}`, 'x'.repeat(100_000 + index)));
    const { variables, note } = share(...many, variable('SMALL', 'y'));

    expect(variables.map(({ key }) => key)).toEqual([
      'SMALL',
      'V0',
      'V1',
      'V2',
      'V3',
      'V4',
      'V5',
      'V6',
      'V7',
    ]);
    expect(note).toBe(
      "Services do not get V8, V9, V10, V11: they get 900000 bytes of the job's variables at most, and none above 131072 bytes. Put what a service needs among its own variables.",
    );
  });

  it('leaves out what no container can start with', () => {
    const most = 128 * 1024 - 'A='.length - 1;

    expect(share(variable('A', 'x'.repeat(most))).note).toBeNull();
    expect(share(variable('A', 'x'.repeat(most + 1))).note).toMatch(/^Services do not get A: /);
    expect(share(variable('A', 'é'.repeat(most / 2 + 1))).note).toMatch(/^Services do not get A: /);
  });

  it('leaves out what grows too long, and holds none of it', () => {
    const [c, b] = [variable('C', 'c'.repeat(10_000)), variable('B', '$C'.repeat(12))];
    const grown = Array.from({ length: 20 }, (_, index) => variable(`A${index}`, '$B'.repeat(3000)));
    const { variables, note } = share(c, b, ...grown);

    expect(variables.map(({ key, value }) => [key, value.length])).toEqual([
      ['C', 10_000],
      ...grown.map(({ key }) => [key, 3000 * 24]).slice(0, 12),
    ]);
    expect(note).toMatch(/^Services do not get A12, A13, .*, A19, B: /);
  });
});

describe('admitOwnVariables', () => {
  const service = (...variables: JobVariable[]): JobService => ({
    name: 'postgres',
    entrypoint: null,
    pullPolicies: [],
    kubernetesUser: null,
    dockerUser: null,
    dockerPlatform: null,
    aliases: [],
    command: null,
    variables,
  });
  const admit = (job: JobVariable[], ...own: JobVariable[]) =>
    admitOwnVariables(service(...own), 'services[1]', createExpansion(job));

  it('fills in whatever the service asks for, secrets too, and takes the last of several', () => {
    const own = [
      variable('PASSWORD', 'first'),
      variable('PASSWORD', '$SECRET'),
      variable('TWICE', '$PASSWORD'),
      variable('RAW', '$SECRET', { isRaw: true }),
    ];

    expect(admit([variable('SECRET', 's3cret', secret)], ...own)).toEqual({
      variables: [
        { key: 'PASSWORD', value: 's3cret' },
        { key: 'TWICE', value: '$SECRET' },
        { key: 'RAW', value: '$SECRET' },
      ],
      findings: [],
      note: null,
    });
  });

  it('leaves out what no container can have', () => {
    const names = ['1ST', 'WITH SPACE', 'EQUALS=', '..', 'A'.repeat(241)];

    expect(admit([], ...names.map((name) => variable(name, 'x')), variable('B.c-d', 'y'))).toMatchObject({
      variables: [{ key: 'B.c-d', value: 'y' }],
      note: expect.stringMatching(/^services\[1\]: no container can have .* 1ST, WITH SPACE, EQUALS=, /),
    });
  });

  it('names each that grows too long, as it was written', () => {
    const job = [variable('A', 'a'.repeat(10_000), secret)];
    const own = [variable('ONE', '$A'.repeat(14)), variable('FINE', '$A'), variable('TWO', '$A'.repeat(20))];

    expect(admit(job, ...own).findings).toEqual([
      {
        kind: 'too-much',
        key: 'services[1]:variables:ONE',
        requested: '$A'.repeat(14),
        reason:
          'With what it refers to filled in, it has more than 131072 characters, or all that refers to something in this job has more than 4194304.',
        instead: 'Shorten it, or what it refers to.',
      },
      expect.objectContaining({ key: 'services[1]:variables:TWO' }),
    ]);
  });
});
