// A job that counts on a Docker daemon: there is none beside a job's pod, and no socket of one in it.
import type { AdmittedJob } from '../admission/admitted-job.ts';
import { buildImagesPage } from '../layout/docker-daemon.ts';
import { serviceHostNames } from '../pod/service-names.ts';

/** How the documentation of `docker:dind` writes it, and where a client looks on its own. */
const daemonBeside = /^tcp:\/\/(?:docker|localhost|127\.0\.0\.1)(?::|$)/;
const socket = /^(?:unix:|\/)/;

/** null: nothing of the job speaks for it, or one of its services may be it (its own end then says why it is not). */
export function describeDockerDaemon({ job, build, services }: AdmittedJob): string | null {
  if (serviceHostNames(services).includes('docker')) return null;
  const host = job.variables.findLast(({ key }) => key === 'DOCKER_HOST')?.value ?? '';
  const isBeside = socket.test(host) || daemonBeside.test(host);
  // Somebody's daemon elsewhere, which image and tests then speak to.
  if (host !== '' && !isBeside) return null;
  const clues = [
    ...(/(?:^|\/)library\/docker$/.test(build.image.path) ? ['the image `docker`'] : []),
    ...(isBeside ? ['`DOCKER_HOST`'] : []),
    ...(job.variables.some(({ key }) => key.startsWith('TESTCONTAINERS_')) ? ['`TESTCONTAINERS_…`'] : []),
  ];
  if (clues.length === 0) return null;
  return `There is no Docker daemon for ${clues.join(' and ')}: commands of \`docker\`, and Testcontainers, cannot work here. Start what tests need as \`services\`; ${buildImagesPage} has recipes for building images without a daemon.`;
}
