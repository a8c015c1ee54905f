// Every key of GitLab Runner's configuration has a row, and none is dropped in silence. A "same" is shown to be the same.
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/import-config/draft.ts';
import {
  type KeyType,
  knownKeys,
  type Section,
  sections,
} from '../../../src/import-config/keys/known-keys.ts';
import { allRows, rowFor } from '../../../src/import-config/rows/all-rows.ts';
import { connectionRows } from '../../../src/import-config/rows/connection-rows.ts';
import { dockerRows } from '../../../src/import-config/rows/docker-rows.ts';
import { imageRows } from '../../../src/import-config/rows/image-rows.ts';
import { lifeRows } from '../../../src/import-config/rows/life-rows.ts';
import { placementRows } from '../../../src/import-config/rows/placement-rows.ts';
import { resourceRows } from '../../../src/import-config/rows/resource-rows.ts';
import { verdicts, verdictWords } from '../../../src/import-config/rows/row.ts';
import { runnerRows } from '../../../src/import-config/rows/runner-rows.ts';
import { securityRows } from '../../../src/import-config/rows/security-rows.ts';
import { otherVolumeRows, volumeRows } from '../../../src/import-config/rows/volume-rows.ts';
import { docker, entryOf, importText, kubernetes, policyOf } from '../import-text.ts';

const inSection = (section: Section) => Object.entries(knownKeys[section]);
/** Sections and lists of tables hold keys, and are none themselves. */
const leaves = (section: Section) =>
  inSection(section).filter(
    ([key, type]) => !['section', 'tables'].includes(type) || !hasKeysBelow(section, key),
  );
const hasKeysBelow = (section: Section, key: string) =>
  inSection(section).some(([other]) => other.startsWith(`${key}.`));

describe('allRows', () => {
  it.each(sections)('has a row for each key of section %s', (section) => {
    const missing = leaves(section).filter(
      ([key]) => rowFor(section, key) === null && !['docker', 'kubernetes', 'runners'].includes(key),
    );

    expect(leaves(section).length).toBeGreaterThan(10);
    expect(missing.map(([key]) => key)).toEqual([]);
  });

  it('names no key that GitLab Runner does not know, and none twice', () => {
    const named = allRows.flatMap(({ section, keys }) => keys.map((key) => [section, key] as const));
    const unknown = named.filter(
      ([section, key]) => knownKeys[section][key.replace(/\.\*$/, '')] === undefined,
    );

    expect(unknown).toEqual([]);
    expect(named.map(String).filter((each, index, all) => all.indexOf(each) !== index)).toEqual([]);
  });

  it('holds the rows of all topics, each with words for its verdict', () => {
    const topics = [connectionRows, imageRows, resourceRows, securityRows, placementRows, volumeRows];
    const all = [...topics, otherVolumeRows, lifeRows, dockerRows, runnerRows].flat();

    expect(allRows).toEqual(all);
    for (const { verdict, says, becomes, take } of all) {
      expect(verdicts).toContain(verdict);
      expect(verdictWords[verdict]).not.toBe('');
      // Whoever loses something reads why.
      if (verdict === 'none' || (verdict === 'different' && take === undefined)) expect(says).toMatch(/\.$/);
      if (verdict === 'same' || verdict === 'pod_template') expect(becomes).not.toBe('');
    }
  });
});

/** A value of each type, as TOML. */
const samples: Readonly<Record<KeyType, string>> = {
  text: '"1"',
  texts: '["1"]',
  'text or texts': '"always"',
  number: '1',
  numbers: '[1]',
  boolean: 'true',
  duration: '"1m"',
  table: '{ a = "b" }',
  tables: '[{}]',
  section: '{}',
};
/** Where not every text will do. */
const fitting: Readonly<Record<string, string>> = {
  dns_policy: '"cluster-first"',
  namespace: '"ci"',
  allowed_pull_policies: '["always"]',
};

/** The key alone, below the tables that it stands in. */
function written(section: 'kubernetes' | 'docker', key: string, value: string): string {
  const parts = key.split('.');
  const nested = parts.slice(1).reduceRight((inner, name, index) => {
    const path = parts.slice(0, index + 2).join('.');
    const isList = knownKeys[section][path] === 'tables' && index + 2 < parts.length;
    return isList ? `{ ${name} = [${inner}] }` : `{ ${name} = ${inner} }`;
  }, value);
  const isList = knownKeys[section][parts[0] ?? ''] === 'tables' && parts.length > 1;
  return `${parts[0]} = ${isList ? `[${nested}]` : nested}`;
}

/** Every key, but of those that one row takes together the first. */
function eachRow(section: 'kubernetes' | 'docker') {
  const seen = new Set<unknown>();
  return leaves(section).filter(([key]) => {
    const row = rowFor(section, key);
    if (row?.keys.includes(key) === true) return true;
    const isFirst = !seen.has(row);
    seen.add(row);
    return isFirst;
  });
}

/** The keys that an import has something to say of, or the mistakes that keep it from it. */
function namedBy(text: string, section: Section): readonly string[] {
  try {
    return importText(text)
      .entries.filter((entry) => entry.section === section)
      .map(({ key }) => key);
  } catch (failure) {
    return (failure as Error).message.split('\n').slice(1);
  }
}

describe('importConfig', () => {
  it.each(['kubernetes', 'docker'] as const)('drops no key of [runners.%s] in silence', (section) => {
    const silent = eachRow(section).filter(([key, type]) => {
      const line = written(section, key, fitting[key] ?? samples[type]);
      const named = namedBy(section === 'kubernetes' ? kubernetes(line) : docker(line), section);
      return !named.some((name) => key === name || key.startsWith(`${name}.`) || name.includes(key));
    });

    expect(eachRow(section).length).toBeGreaterThan(60);
    expect(silent.map(([key]) => key)).toEqual([]);
  });

  it('drops no key of the file or of [[runners]] in silence, and copies the lines of what stays', () => {
    const lines = (section: 'global' | 'runners') =>
      leaves(section)
        .filter(
          ([key]) => !key.includes('.') && !['executor', 'kubernetes', 'docker', 'runners'].includes(key),
        )
        .map(([key, type]) => [key, `${key} = ${samples[type]}`] as const);
    const text = [
      ...lines('global').map(([, line]) => line),
      '[[runners]]\nexecutor = "kubernetes"',
      ...lines('runners').map(([, line]) => line),
      'kubernetes = {}',
    ].join('\n');
    const imported = importText(text);
    const silent = (['global', 'runners'] as const).flatMap((section) =>
      lines(section)
        .filter(([key, line]) => {
          const entry = imported.entries.find((each) => each.section === section && each.key === key);
          return entry === undefined || (entry.verdict === 'same' && !imported.runner.includes(line));
        })
        .map(([key]) => key),
    );

    expect(lines('global').length + lines('runners').length).toBeGreaterThan(50);
    expect(silent).toEqual([]);
  });
});

type Case = readonly [written: string, path: string, value: unknown];

/** For each key that is the same: as it is written, and what is then in the policy as it is read. */
const same: Readonly<Record<string, Case>> = {
  'kubernetes.namespace': ['"jobs"', 'cluster.namespace', 'jobs'],
  'kubernetes.context': ['"east"', 'cluster.context', 'east'],
  'kubernetes.image': ['"ruby:3.4"', 'default_image', 'ruby:3.4'],
  'kubernetes.allowed_images': [
    '["ruby:*", "**"]',
    'allowed_images',
    [{ pattern: 'ruby:*' }, { pattern: '**' }],
  ],
  'kubernetes.allowed_services': ['["redis:*"]', 'allowed_services', [{ pattern: 'redis:*' }]],
  'kubernetes.pull_policy': ['["always", "never"]', 'pull_policy', ['always', 'never']],
  'kubernetes.allowed_pull_policies': ['["always"]', 'allowed_pull_policies', ['always']],
  'kubernetes.helper_image': ['"r.example.org/helper:1"', 'helper_image', 'r.example.org/helper:1'],
  'kubernetes.image_pull_secrets': ['["registry"]', 'image_pull_secrets', ['registry']],
  'kubernetes.allowed_users': ['["1000", "0"]', 'allowed_users', [1000, 0]],
  'kubernetes.allowed_groups': ['["1000"]', 'allowed_groups', [1000]],
  'kubernetes.poll_timeout': ['300', 'timeouts.ready', 300],
  'docker.image': ['"ruby:3.4"', 'default_image', 'ruby:3.4'],
  'docker.allowed_images': ['["ruby:*"]', 'allowed_images', [{ pattern: 'ruby:*' }]],
  'docker.allowed_services': ['["redis:*"]', 'allowed_services', [{ pattern: 'redis:*' }]],
  'docker.pull_policy': ['"always"', 'pull_policy', ['always']],
  'docker.allowed_pull_policies': ['["always"]', 'allowed_pull_policies', ['always']],
  'docker.helper_image': ['"r.example.org/helper:1"', 'helper_image', 'r.example.org/helper:1'],
  'docker.memory': ['"2g"', 'resources.build.limits.memory', '2Gi'],
  'docker.memory_reservation': ['"600m"', 'resources.build.requests.memory', '600Mi'],
  'docker.cpus': ['"1.5"', 'resources.build.limits.cpu', '1.5'],
  'docker.service_memory': ['"2g"', 'resources.service.limits.memory', '2Gi'],
  'docker.service_memory_reservation': ['"300m"', 'resources.service.requests.memory', '300Mi'],
  'docker.service_cpus': ['"2"', 'resources.service.limits.cpu', '2'],
  'docker.wait_for_services_timeout': ['90', 'service_readiness.timeout', 90],
};

/** Amounts, by the names that GitLab makes them of. Limits above what is shipped, requests below. */
const amounts: readonly (readonly [string, Case])[] = (
  [
    ['', 'build'],
    ['helper_', 'helper'],
    ['service_', 'service'],
  ] as const
).flatMap(([prefix, role]) =>
  (
    [
      ['cpu', 'cpu', '90m', '3'],
      ['memory', 'memory', '100Mi', '9Gi'],
      ['ephemeral_storage', 'ephemeral-storage', '200Mi', '90Gi'],
    ] as const
  ).flatMap(([name, amount, low, high]) => [
    [
      `kubernetes.${prefix}${name}_request`,
      [`"${low}"`, `resources.${role}.requests.${amount}`, low],
    ] as const,
    [`kubernetes.${prefix}${name}_limit`, [`"${high}"`, `resources.${role}.limits.${amount}`, high]] as const,
    [
      `kubernetes.${prefix}${name}_limit_overwrite_max_allowed`,
      [`"${high}"`, `job_may_set.${role}.limits.${amount}`, high],
    ] as const,
    [
      `kubernetes.${prefix}${name}_request_overwrite_max_allowed`,
      [
        name === 'cpu' ? '"2"' : `"1Gi"`,
        `job_may_set.${role}.requests.${amount}`,
        name === 'cpu' ? '2' : '1Gi',
      ],
    ] as const,
  ]),
);

/** Fields of contexts, enforced in the same words. */
const contexts: readonly (readonly [string, Case])[] = (
  [
    ['pod_security_context', 'enforced_security_context'],
    ['build_container_security_context', 'enforced_security_context.build'],
    ['service_container_security_context', 'enforced_security_context.services'],
    ['helper_container_security_context', 'enforced_security_context.helper'],
  ] as const
).flatMap(([section, path]): (readonly [string, Case])[] => [
  [`kubernetes.${section}.run_as_non_root`, ['true', `${path}.runAsNonRoot`, true]] as const,
  [`kubernetes.${section}.selinux_type`, ['"t"', `${path}.seLinuxOptions.type`, 't']] as const,
  [
    `kubernetes.${section}.seccomp_profile`,
    [
      '{ type = "Localhost", localhost_profile = "a.json" }',
      `${path}.seccompProfile`,
      { type: 'Localhost', localhostProfile: 'a.json' },
    ],
  ] as const,
  [
    `kubernetes.${section}.app_armor_profile`,
    ['{ type = "RuntimeDefault" }', `${path}.appArmorProfile`, { type: 'RuntimeDefault' }],
  ] as const,
  ...(section === 'helper_container_security_context'
    ? []
    : ([
        [`kubernetes.${section}.run_as_user`, ['1234', `${path}.runAsUser`, 1234]],
        [`kubernetes.${section}.run_as_group`, ['1234', `${path}.runAsGroup`, 1234]],
      ] as const)),
  ...(section === 'pod_security_context'
    ? ([
        [`kubernetes.${section}.fs_group`, ['1234', 'default_security_context.fsGroup', 1234]],
        [
          `kubernetes.${section}.supplemental_groups`,
          ['[5]', 'default_security_context.supplementalGroups', [5]],
        ],
      ] as const)
    : ([
        [`kubernetes.${section}.read_only_root_filesystem`, ['true', `${path}.readOnlyRootFilesystem`, true]],
      ] as const)),
]);

const cases = [...Object.entries(same), ...amounts, ...contexts];

describe('what is the same', () => {
  it.each(cases)('%s is in the policy as it was', (name, [value, path, expected]) => {
    const [section = '', ...rest] = name.split('.');
    const key = rest.join('.');
    const line = written(section as 'kubernetes', key, value);
    const imported = importText(section === 'docker' ? docker(line) : kubernetes(line));

    expect(entryOf(imported, key)).toMatchObject({ verdict: 'same' });
    expect(valueAt(policyOf(imported), path.split('.'))).toEqual(expected);
  });

  it('has a case for each key whose row says so', () => {
    const rows = allRows.filter(
      ({ verdict, section }) => verdict === 'same' && ['kubernetes', 'docker'].includes(section),
    );
    const keys = rows.flatMap(({ section, keys }) =>
      keys.filter((key) => !key.endsWith('.*')).map((key) => `${section}.${key}`),
    );

    expect(keys.length).toBeGreaterThan(60);
    expect(keys.filter((key) => !cases.some(([name]) => name === key))).toEqual([]);
  });
});
