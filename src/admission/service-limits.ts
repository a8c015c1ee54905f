// How much a job may ask of its services. All of it becomes text of the pod's manifest and of our log, made on the machine that
// everybody's jobs start from, so each thing has an end: far above what jobs need.
import type { JobService } from '../job/job.ts';
import type { AdmittedVariable } from './admitted-job.ts';
import type { RejectionFinding } from './rejection.ts';

/** Each is a container with resources of its own. */
export const maxServices = 32;
/** Each stands in the hosts file of every container. */
export const maxAliases = 256;
/** Each is a few lines of the manifest, which has to fit into etcd's 1.5 MiB. */
export const maxOwnVariables = 1000;
/** GitLab Runner hands all of it on in one variable, CI_JOB_SERVICES, and Linux takes none that is longer (MAX_ARG_STRLEN). */
export const maxServicesBytes = 128 * 1024;

/** Nothing else is worth doing for the services of a job with too many. */
export function findTooMany(services: readonly JobService[]): readonly RejectionFinding[] {
  const sum = (count: (service: JobService) => number): number =>
    services.reduce((all, service) => all + count(service), 0);
  return [
    tooMany('services', { requested: services.length, what: 'services', max: maxServices }),
    tooMany('services:alias', {
      requested: sum(({ aliases }) => aliases.length),
      what: 'aliases',
      max: maxAliases,
    }),
    tooMany('services:variables', {
      requested: sum(({ variables }) => variables.length),
      what: 'variables',
      max: maxOwnVariables,
    }),
  ].filter((finding) => finding !== null);
}

function tooMany(
  key: string,
  { requested, what, max }: { requested: number; what: string; max: number },
): RejectionFinding | null {
  if (requested <= max) return null;
  return {
    kind: 'too-much',
    key,
    requested: `${requested} ${what}`,
    reason: `This runner takes at most ${max} of them in a job.`,
    instead: `Leave out ${requested - max} or more.`,
  };
}

interface Part {
  readonly key: string;
  readonly bytes: number;
}

interface FilledService {
  /** `services[0]` */
  readonly key: string;
  readonly service: JobService;
  readonly variables: readonly AdmittedVariable[];
}

/** null: together they are short enough. */
export function findTooLong(services: readonly FilledService[]): RejectionFinding | null {
  const parts = services.flatMap(({ key: place, service, variables }) =>
    partsOf(service, variables).map(({ key, bytes }) => ({ key: `${place}:${key}`, bytes })),
  );
  const bytes = parts.reduce((all, part) => all + part.bytes, 0);
  if (bytes <= maxServicesBytes) return null;
  const largest = parts.reduce((one, other) => (other.bytes > one.bytes ? other : one));
  return {
    kind: 'too-much',
    key: 'services',
    requested: `${bytes} bytes of names, entrypoints, commands and variables`,
    reason: `This runner takes at most ${maxServicesBytes} bytes of them in a job.`,
    instead: `Shorten them; \`${largest.key}\` alone has ${largest.bytes}.`,
  };
}

function partsOf(
  { name, entrypoint, command }: JobService,
  variables: readonly AdmittedVariable[],
): readonly Part[] {
  const size = (texts: readonly string[] | null): number =>
    (texts ?? []).reduce((all, text) => all + Buffer.byteLength(text), 0);
  return [
    { key: 'name', bytes: size([name]) },
    { key: 'entrypoint', bytes: size(entrypoint) },
    { key: 'command', bytes: size(command) },
    ...variables.map(({ key, value }) => ({ key: `variables:${key}`, bytes: size([key, value]) })),
  ];
}
