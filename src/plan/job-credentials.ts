// What a job brings to open registries with, and from where. Source of the order: GitLab Runner (helpers/docker/auth,
// AllConfigs): DOCKER_AUTH_CONFIG first, then the credentials that GitLab sends with the job.
import { dockerAuthOf } from '../job/docker-auth.ts';
import { type CredentialFault, type DockerConfig, readDockerConfig } from '../job/docker-config.ts';
import { createExpansion, maxExpansionLength } from '../job/expand-variables.ts';
import type { Job } from '../job/job.ts';
import { readRegistryAddress } from '../job/registry-address.ts';

/** As a person would name it, inside a sentence. */
export type CredentialSource =
  | 'the variable DOCKER_AUTH_CONFIG'
  | "DOCKER_AUTH_CONFIG of the runner's `environment` or the job's `secrets`"
  | "GitLab's own credentials for the job";

export interface JobCredentials {
  /** Each address once. */
  readonly entries: readonly {
    readonly address: string;
    /** base64 of `user:password`. */
    readonly auth: string;
    readonly source: CredentialSource;
  }[];
  readonly leftOut: readonly (CredentialFault & { readonly source: CredentialSource })[];
}

const key = 'DOCKER_AUTH_CONFIG';

/** Of several for one address the first counts. `reported`: DOCKER_AUTH_CONFIG as GitLab Runner hands it on. */
export function collectCredentials(job: Job, reported: string | undefined): JobCredentials {
  const parts = [fromDockerConfig(job, reported), fromGitLab(job)];
  const entries = new Map(
    parts
      .flatMap((part) => part.entries)
      .reverse()
      .map((entry) => [entry.address.toLowerCase(), entry]),
  );
  return { entries: [...entries.values()].reverse(), leftOut: parts.flatMap((part) => part.leftOut) };
}

function fromDockerConfig(job: Job, reported: string | undefined): JobCredentials {
  const source: CredentialSource = job.variables.some((variable) => variable.key === key)
    ? 'the variable DOCKER_AUTH_CONFIG'
    : "DOCKER_AUTH_CONFIG of the runner's `environment` or the job's `secrets`";
  const text = dockerConfigText(job, reported);
  const { entries, faults } = text === null ? tooLong : readDockerConfig(text);
  return {
    entries: entries.map((entry) => ({ ...entry, source })),
    leftOut: faults.map((fault) => ({ ...fault, source })),
  };
}

/**
 * null: longer than GitLab Runner could hand on. GitLab Runner's own reading of the variable, references expanded: it knows the
 * runner's `environment` and the job's `secrets`, which are not in the job file. That the job can set it is no harm: whoever chooses credentials chooses what
 * the pull may open, and never which image was admitted.
 */
function dockerConfigText(job: Job, reported: string | undefined): string | null {
  if (reported !== undefined) return reported;
  // A wrapper around the executor may have emptied the environment.
  const variable = job.variables.findLast((candidate) => candidate.key === key);
  return variable === undefined ? '' : createExpansion(job.variables).value(variable);
}

const tooLong: DockerConfig = {
  entries: [],
  faults: [
    {
      registry: null,
      why: `with what it refers to filled in it has more than ${maxExpansionLength} characters`,
    },
  ],
};

function fromGitLab(job: Job): JobCredentials {
  const source: CredentialSource = "GitLab's own credentials for the job";
  const read = job.registryCredentials.map(({ registry, username, password }) => ({
    registry,
    address: readRegistryAddress(registry),
    auth: dockerAuthOf(username, password),
  }));
  return {
    entries: read.flatMap(({ address, auth }) => (address === null ? [] : [{ address, auth, source }])),
    leftOut: read
      .filter(({ address }) => address === null)
      .map(({ registry }) => ({ registry, why: 'that is no address of a registry', source })),
  };
}
