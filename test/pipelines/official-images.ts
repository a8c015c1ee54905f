// The images that the gallery's pipelines name, played by this machine's programs with the variables, users and directories that
// each image's public Dockerfile sets up. On a real cluster the images themselves are used.
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ImageVariant } from '../embedded-cluster/image/image-variant.ts';

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const openToAll = { mode: '1777' };

/** Where an image of this machine's /usr finds programs. */
const places = ['/usr/bin', '/usr/sbin', ...postgresPlaces(), '/usr/local/bin', '/usr/local/go/bin'];

/** null: this machine has it nowhere in /usr. */
export function findProgram(name: string): string | null {
  return places.map((place) => join(place, name)).find((path) => existsSync(path)) ?? null;
}

function postgresPlaces(): readonly string[] {
  const versions = '/usr/lib/postgresql';
  return existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
}

/** The directory of a JDK that has its configuration in /usr, too: Debian's keep theirs in /etc. */
function findJdk(): string {
  const places = existsSync('/usr/lib/jvm') ? readdirSync('/usr/lib/jvm') : [];
  const jdks = places.map((name) => join('/usr/lib/jvm', name));
  return (
    jdks.find(
      (jdk) => existsSync(join(jdk, 'bin/javac')) && isWithinUsr(join(jdk, 'conf/security/java.security')),
    ) ?? '/usr'
  );
}

const isWithinUsr = (path: string): boolean => existsSync(path) && realpathSync(path).startsWith('/usr/');

const environment = (variables: Readonly<Record<string, string>>): NonNullable<ImageVariant['config']> => ({
  env: Object.entries({ PATH: usualPath, ...variables }).map(([name, value]) => `${name}=${value}`),
});

const node: ImageVariant = {
  config: environment({ NODE_VERSION: '22.11.0', YARN_VERSION: '1.22.22' }),
  accounts: ['node:x:1000:1000::/home/node:/bin/bash'],
  directories: { '/home/node': { mode: '755', owner: { uid: 1000, gid: 1000 } } },
};

const python: ImageVariant = {
  config: environment({
    PATH: `/usr/local/bin:${usualPath}`,
    LANG: 'C.UTF-8',
    PYTHON_VERSION: '3.12.7',
  }),
  // Debian's pip asks for a virtual environment, the official image's does not.
  files: { '/etc/pip.conf': '[global]\nbreak-system-packages = true\ndisable-pip-version-check = true\n' },
  links: { '/usr/local/bin/python': '/usr/bin/python3', '/usr/local/bin/pip': '/usr/bin/pip3' },
  ofUsrLocal: [],
};

const temurin: ImageVariant = {
  config: environment({
    JAVA_HOME: '/opt/java/openjdk',
    PATH: `/opt/java/openjdk/bin:${usualPath}`,
    LANG: 'C.UTF-8',
  }),
  accounts: ['ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash'],
  directories: { '/home/ubuntu': { mode: '750', owner: { uid: 1000, gid: 1000 } } },
  links: { '/opt/java/openjdk': findJdk() },
};

const golang: ImageVariant = {
  config: {
    ...environment({
      PATH: `/go/bin:/usr/local/go/bin:${usualPath}`,
      GOLANG_VERSION: '1.24.0',
      GOTOOLCHAIN: 'local',
      GOPATH: '/go',
    }),
    workingDir: '/go',
  },
  directories: { '/go': openToAll, '/go/src': openToAll, '/go/bin': openToAll },
};

const rust: ImageVariant = {
  config: environment({
    PATH: `/usr/local/cargo/bin:${usualPath}`,
    RUSTUP_HOME: '/usr/local/rustup',
    CARGO_HOME: '/usr/local/cargo',
  }),
  directories: { '/usr/local/cargo': { mode: '777' }, '/usr/local/cargo/bin': { mode: '777' } },
  links: { '/usr/local/cargo/bin/cargo': '/usr/bin/cargo', '/usr/local/cargo/bin/rustc': '/usr/bin/rustc' },
  ofUsrLocal: [],
};

const ruby: ImageVariant = {
  config: environment({
    PATH: `/usr/local/bundle/bin:${usualPath}`,
    LANG: 'C.UTF-8',
    GEM_HOME: '/usr/local/bundle',
    BUNDLE_APP_CONFIG: '/usr/local/bundle',
    BUNDLE_SILENCE_ROOT_WARNING: '1',
  }),
  directories: { '/usr/local/bundle': openToAll },
  ofUsrLocal: [],
};

const php: ImageVariant = { config: environment({ PHP_INI_DIR: '/usr/local/etc/php' }) };

/** As the image's own: it looks for no root, and makes the database and its user at the first start. */
const startPostgres = `#!/bin/bash
set -e
mkdir -p "$PGDATA"
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --username="$POSTGRES_USER" --pwfile=<(echo "$POSTGRES_PASSWORD") --auth-host=scram-sha-256 >/dev/null
  pg_ctl --wait --log=/dev/null --options="-c listen_addresses=''" start >/dev/null
  createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl --wait stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
`;

const postgres: ImageVariant = {
  config: {
    ...environment({
      PATH: `${usualPath}:${dirname(findProgram('postgres') ?? '/usr/bin/postgres')}`,
      LANG: 'C.UTF-8',
      PGDATA: '/var/lib/postgresql/data',
    }),
    entrypoint: ['/docker-entrypoint.sh'],
    command: ['postgres'],
  },
  // 999 is the image's own; for any other its entrypoint makes an entry up, by a library.
  accounts: [
    'postgres:x:999:999::/var/lib/postgresql:/bin/bash',
    'postgres:x:1000:1000::/var/lib/postgresql:/bin/bash',
  ],
  directories: {
    '/var/lib/postgresql/data': { mode: '1777', owner: { uid: 999, gid: 999 } },
    '/run/postgresql': { mode: '3777', owner: { uid: 999, gid: 999 } },
  },
  files: { '/docker-entrypoint.sh': startPostgres },
};

const redis: ImageVariant = {
  config: { ...environment({ REDIS_VERSION: '7.4.1' }), command: ['redis-server'], workingDir: '/data' },
  accounts: ['redis:x:999:999::/home/redis:/bin/sh'],
  directories: { '/data': { mode: '755', owner: { uid: 999, gid: 999 } } },
};

const chrome: ImageVariant = {
  config: { ...environment({}), entrypoint: ['chromium', '--headless'], user: '1000' },
  accounts: ['chrome:x:1000:1000::/usr/src/app:/sbin/nologin'],
  // Debian's start script reads each file of this directory.
  files: { '/etc/chromium.d/default-flags': '' },
};

/** The daemon's and the client's words, without a daemon. */
const docker = (words: string, path: string): ImageVariant => ({
  config: { ...environment({ DOCKER_VERSION: '27.3.1' }), entrypoint: [path] },
  files: { [path]: `#!/bin/sh\necho >&2 "${words}"\nexit 1\n` },
  ofUsrLocal: [],
});
const dockerClient = docker(
  'ERROR: Cannot connect to the Docker daemon at $DOCKER_HOST. Is the docker daemon running?',
  '/usr/local/bin/docker',
);
// It goes on with a question, behind whose mark GitLab Runner would hold the line back, in case of a URL's parameters.
const dockerDaemon = docker(
  "error: attempting to run rootless dockerd but missing 'rootlesskit'",
  '/usr/local/bin/dockerd-entrypoint.sh',
);

const glab: ImageVariant = {
  config: { ...environment({}), entrypoint: ['/usr/local/bin/glab'] },
  files: { '/usr/local/bin/glab': '#!/bin/sh\nprintf "glab was called:"\nprintf " %s" "$@"\necho\n' },
  ofUsrLocal: [],
};

const withEntrypoint = (...entrypoint: string[]): ImageVariant => ({
  config: { ...environment({}), entrypoint },
});

/** Not published anywhere: a server for one user, who needs no root. */
const sshServer: ImageVariant = {
  config: { ...environment({}), entrypoint: ['/start-sshd'] },
  accounts: ['deploy:x:1000:1000::/srv/deploy:/bin/sh'],
  directories: { '/srv/deploy': { mode: '755', owner: { uid: 1000, gid: 1000 } } },
  files: {
    '/start-sshd': `#!/bin/sh
set -e
cd /srv/deploy
echo "$PUBLIC_KEY" >authorized_keys
ssh-keygen -q -t ed25519 -N '' -f host-key
exec /usr/sbin/sshd -f /dev/null -D -e -p 2222 -h "$PWD/host-key" -o AuthorizedKeysFile="$PWD/authorized_keys" \\
  -o PidFile=none -o UsePAM=no -o StrictModes=no
`,
  },
};

const plain: ImageVariant = {};

/** By name; a tag is one that people write, the programs are of whatever version this machine has. */
export const officialImages: Readonly<Record<string, ImageVariant>> = {
  'node:22': node,
  'python:3.12': python,
  'eclipse-temurin:21': temurin,
  'gcc:14': plain,
  'golang:1.24': golang,
  'rust:1': rust,
  'php:8.3-cli': php,
  'ruby:3.3': ruby,
  'debian:bookworm': plain,
  'postgres:16': postgres,
  'redis:7': redis,
  'zenika/alpine-chrome:124': chrome,
  'docker:27': dockerClient,
  'docker:27-dind': dockerDaemon,
  'registry.gitlab.com/gitlab-org/cli:latest': glab,
  'hashicorp/terraform:1.9': withEntrypoint('terraform'),
  'alpine/git:latest': withEntrypoint('git'),
  'registry.example.org/ssh-server:latest': sshServer,
};
