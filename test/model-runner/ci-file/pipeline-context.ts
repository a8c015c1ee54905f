// What GitLab knows when it makes a pipeline: the commit, what started it, and the variables that exist before any job does.
import { type GitFacts, listChangedFiles, listGitFiles, readGitFacts } from '../gitlab/git-facts.ts';
import { type Variables, variableList } from '../gitlab/job-definition.ts';
import { predefinedVariables } from '../gitlab/predefined-variables.ts';
import type { Variable } from '../runner/variables.ts';
import type { Settings } from './settings.ts';

export interface PipelineSource {
  /** A git directory or a work tree. */
  readonly repository: string;
  /** Default: the branch that is checked out. */
  readonly ref?: string;
  readonly sha?: string;
  /** The commit before the push. Default: none, as for a new branch, where every `changes` holds. */
  readonly before?: string;
  /** CI_PIPELINE_SOURCE. Merge requests are not played. */
  readonly source?: 'push' | 'web' | 'api' | 'schedule' | 'trigger';
  /** Of the project or of whoever starts the pipeline: they win over those of the file. */
  readonly variables?: Variables;
  /** For `spec:inputs` of the file. */
  readonly inputs?: Settings;
  /** `group/name`. */
  readonly project?: string;
  /** Is the ref protected? */
  readonly protected?: boolean;
}

export interface PipelineContext {
  readonly from: PipelineSource;
  readonly git: GitFacts;
  readonly source: string;
  readonly isProtected: boolean;
  /** Strongest last; none of a job. */
  readonly predefined: readonly Variable[];
  readonly given: readonly Variable[];
  /** All files of the commit. */
  readonly files: () => readonly string[];
  /** null: nothing to compare with. */
  readonly changes: (compareTo: string | null) => readonly string[] | null;
}

/** Made with the job, or the pipeline itself, so that no rule sees them. */
const laterVariables =
  /^(CI_JOB_(ID|URL|STARTED_AT|TOKEN|NAME|NAME_SLUG|GROUP_NAME|STAGE)|CI_NODE_TOTAL|CI_RUNNER_(ID|TAGS)|CI_BUILD_TOKEN|CI_REGISTRY_PASSWORD|CI_REPOSITORY_URL|CI_PIPELINE_(ID|URL))$/;

export function readContext(from: PipelineSource): PipelineContext {
  const { repository, before, source = 'push' } = from;
  const git = readGitFacts(repository, { ref: from.ref, sha: from.sha });
  const isProtected = from.protected ?? true;
  const facts = {
    ...{
      id: 0,
      token: '',
      name: '',
      stage: '',
      pipelineId: 0,
      image: undefined,
      projectId: 42,
      repositoryUrl: '',
    },
    ...{ project: from.project ?? 'demo-group/demo-project', gitlabUrl: 'https://gitlab.example.com' },
  };
  const predefined = predefinedVariables({ ...facts, isProtected, git }).filter(
    ({ key }) => !laterVariables.test(key),
  );
  let files: readonly string[] | null = null;
  return {
    from,
    git,
    source,
    isProtected,
    predefined: [...predefined, ...sourceVariables(from)],
    given: variableList(from.variables),
    files: () => (files ??= listGitFiles(repository, git.sha)),
    changes: (compareTo) => {
      const base = compareTo ?? before;
      return base === undefined ? null : listChangedFiles(repository, base, git.sha);
    },
  };
}

/** What differs from a push of a new branch. */
export function sourceVariables({ source, before }: PipelineSource): readonly Variable[] {
  return [
    ...(source === undefined ? [] : [{ key: 'CI_PIPELINE_SOURCE', value: source, public: true }]),
    ...(before === undefined ? [] : [{ key: 'CI_COMMIT_BEFORE_SHA', value: before, public: true }]),
  ];
}
