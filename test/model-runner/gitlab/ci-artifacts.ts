// `artifacts:` of a job, one entry for the archive and one for each report (GitLab: app/presenters/ci/build_runner_presenter.rb).
import { isSettings, type Settings, settingsOf, textOf, textsOf } from '../ci-file/settings.ts';
import type { JobDefinition } from './job-definition.ts';
import type { When } from './job-payload.ts';

type Artifacts = NonNullable<JobDefinition['artifacts']>;

export function artifactsOf(value: unknown): Artifacts {
  const { reports, expire_in: expireIn, ...archive } = settingsOf(value);
  const common = expireIn === undefined ? {} : { expire_in: textOf(expireIn) };
  const { name, paths, exclude, untracked, when = 'on_success' } = archive;
  const hasArchive = paths !== undefined || untracked === true;
  return [
    ...(hasArchive
      ? [
          {
            ...common,
            ...(name !== undefined && { name: textOf(name) }),
            ...(paths !== undefined && { paths: textsOf(paths) }),
            ...(exclude !== undefined && { exclude: textsOf(exclude) }),
            ...(typeof untracked === 'boolean' && { untracked }),
            when: when as When,
          },
        ]
      : []),
    ...Object.entries(settingsOf(reports)).map(([type, paths]) => ({ ...common, ...reportOf(type, paths) })),
  ];
}

/** Uploaded whatever the job's end, as GitLab does with reports. @throws for a kind that GitLab does not know */
function reportOf(key: string, value: unknown): Artifacts[number] {
  const report: Settings = isSettings(value) ? value : { coverage_format: key, path: value };
  const type = textOf(report['coverage_format']);
  const name = reportNames[type];
  if (name === undefined) throw new Error(`artifacts:reports:${key} is not known`);
  return {
    name,
    paths: textsOf(report['path']),
    artifact_type: type,
    artifact_format: formatOf(type),
    when: 'always',
  };
}

function formatOf(type: string): 'zip' | 'gzip' | 'raw' {
  if (zippedReports.includes(type)) return 'zip';
  return gzippedReports.includes(type) ? 'gzip' : 'raw';
}

const zippedReports = ['lsif', 'scip'];
/** The others GitLab's pages read as they are. */
const gzippedReports = ['junit', 'metrics', 'dotenv', 'cobertura', 'jacoco', 'cyclonedx', 'annotations'];

const reportNames: Readonly<Record<string, string>> = {
  junit: 'junit.xml',
  accessibility: 'gl-accessibility.json',
  codequality: 'gl-code-quality-report.json',
  sast: 'gl-sast-report.json',
  secret_detection: 'gl-secret-detection-report.json',
  dependency_scanning: 'gl-dependency-scanning-report.json',
  container_scanning: 'gl-container-scanning-report.json',
  cluster_image_scanning: 'gl-cluster-image-scanning-report.json',
  dast: 'gl-dast-report.json',
  license_scanning: 'gl-license-scanning-report.json',
  performance: 'performance.json',
  browser_performance: 'browser-performance.json',
  load_performance: 'load-performance.json',
  metrics: 'metrics.txt',
  lsif: 'lsif.json',
  scip: 'index.scip',
  dotenv: '.env',
  cobertura: 'cobertura-coverage.xml',
  jacoco: 'jacoco-coverage.xml',
  terraform: 'tfplan.json',
  requirements: 'requirements.json',
  requirements_v2: 'requirements_v2.json',
  coverage_fuzzing: 'gl-coverage-fuzzing.json',
  api_fuzzing: 'gl-api-fuzzing-report.json',
  cyclonedx: 'gl-sbom.cdx.json',
  annotations: 'gl-annotations.json',
  sarif: 'gl-sarif-report.sarif',
};
