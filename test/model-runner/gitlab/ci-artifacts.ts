// `artifacts:` of a job, one entry for the archive and one for each report.
import type { JobDefinition } from './job-definition.ts';
import type { When } from './job-payload.ts';

type Artifacts = NonNullable<JobDefinition['artifacts']>;

/** Reports whose file keeps its own form; the others are gzip. */
const rawReports = ['dotenv_raw'];

interface WrittenArtifacts {
  readonly name?: string;
  readonly paths?: readonly string[];
  readonly exclude?: readonly string[];
  readonly untracked?: boolean;
  readonly when?: When;
  readonly expire_in?: string;
  readonly reports?: Readonly<Record<string, string | readonly string[]>>;
}

export function artifactsOf(value: unknown): Artifacts {
  const { reports = {}, ...archive } = value as WrittenArtifacts & { readonly expose_as?: string };
  const { name, paths, exclude, untracked, when, expire_in } = archive;
  const common = { ...(expire_in !== undefined && { expire_in }), ...(exclude !== undefined && { exclude }) };
  const hasArchive = paths !== undefined || untracked === true;
  return [
    ...(hasArchive
      ? [
          {
            ...common,
            ...(name !== undefined && { name }),
            ...(paths !== undefined && { paths }),
            ...(untracked !== undefined && { untracked }),
            when: when ?? ('on_success' as const),
          },
        ]
      : []),
    ...Object.entries(reports).map(([type, path]) => reportOf(type, path, common)),
  ];
}

/** Uploaded whatever the job's end, as GitLab does with reports. */
function reportOf(type: string, path: string | readonly string[], common: object): Artifacts[number] {
  return {
    ...common,
    name: reportNames[type] ?? `${type}.json`,
    paths: typeof path === 'string' ? [path] : path,
    artifact_type: type,
    artifact_format: rawReports.includes(type) ? 'raw' : 'gzip',
    when: 'always',
  };
}

const reportNames: Readonly<Record<string, string>> = { junit: 'junit.xml', dotenv: '.env' };
