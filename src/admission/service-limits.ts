// How much a job may ask of its services. All of it becomes text of the pod's manifest and of our log, made on the machine that
// everybody's jobs start from, so each thing has an end: far above what jobs need.
import type { JobService } from '../job/job.ts';
import type { AdmittedVariable } from './admitted-job.ts';
import type { Finding } from './rejection.ts';

/** Each is a container with resources of its own. */
export const mostServices = 32;
/** Each stands in the hosts file of every container. */
export const mostAliases = 256;
/** Each is a few lines of the manifest, which has to fit into etcd's 1.5 MiB. */
export const mostOwnVariables = 1000;
/** GitLab Runner hands all of it on in one variable, CI_JOB_SERVICES, and Linux takes none that is longer (MAX_ARG_STRLEN). */
export const longestServices = 128 * 1024;

/** Nothing else is worth doing for the services of a job with too many. */
export function findTooMany(services: readonly JobService[]): readonly Finding[] {
  const sum = (count: (service: JobService) => number): number =>
    services.reduce((all, service) => all + count(service), 0);
  return [
    tooMany('services', { asked: services.length, what: 'services', most: mostServices }),
    tooMany('services:alias', {
      asked: sum(({ aliases }) => aliases.length),
      what: 'aliases',
      most: mostAliases,
    }),
    tooMany('services:variables', {
      asked: sum(({ variables }) => variables.length),
      what: 'variables',
      most: mostOwnVariables,
    }),
  ].filter((finding) => finding !== null);
}

function tooMany(
  key: string,
  { asked, what, most }: { asked: number; what: string; most: number },
): Finding | null {
  if (asked <= most) return null;
  return {
    kind: 'too-much',
    key,
    asked: `${asked} ${what}`,
    reason: `This runner takes at most ${most} of them in a job.`,
    instead: `Leave out ${asked - most} or more.`,
  };
}

interface Part {
  readonly key: string;
  readonly bytes: number;
}

/** `variables`: of each service, filled in. null: together they are short enough. */
export function findTooLong(
  services: readonly JobService[],
  variables: readonly (readonly AdmittedVariable[])[],
): Finding | null {
  const parts = services.flatMap((service, index) =>
    partsOf(service, variables[index] ?? []).map(({ key, bytes }) => ({
      key: `services[${index}]:${key}`,
      bytes,
    })),
  );
  const bytes = parts.reduce((all, part) => all + part.bytes, 0);
  if (bytes <= longestServices) return null;
  const largest = parts.reduce((one, other) => (other.bytes > one.bytes ? other : one));
  return {
    kind: 'too-much',
    key: 'services',
    asked: `${bytes} bytes of names, entrypoints, commands and variables`,
    reason: `This runner takes at most ${longestServices} bytes of them in a job.`,
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
