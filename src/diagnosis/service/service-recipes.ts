// What an author writes for a common service image that cannot begin as root here, or whose port is taken: what
// docs/service-images.md explains at length.

interface Recipe {
  /** Last part of the image's name. */
  readonly images: RegExp;
  readonly withoutRoot: string | null;
  readonly otherPort: string | null;
}

const ownUser = '`kubernetes: {user: "999"}`';

const recipes: readonly Recipe[] = [
  {
    images: /^(?:postgres|postgresql|postgis|timescaledb|pgvector)$/,
    withoutRoot: `\`variables: {PGDATA: /var/lib/postgresql/data/pgdata}\` or ${ownUser}`,
    otherPort: '`variables: {PGPORT: "5433"}`',
  },
  {
    images: /^(?:mysql|mariadb|percona)$/,
    withoutRoot: `${ownUser} or \`command: [--datadir=/tmp/mysql]\``,
    otherPort: '`command: [--port=3307]`',
  },
  {
    images: /^(?:redis|valkey)$/,
    withoutRoot: `\`command: [redis-server, --save, ""]\` or ${ownUser}`,
    otherPort: '`command: [redis-server, --port, "6380"]`',
  },
  { images: /^mongo$/, withoutRoot: ownUser, otherPort: '`command: [--port, "27018"]`' },
  {
    images: /^httpd$/,
    withoutRoot: '`command: [httpd-foreground, -c, PidFile /tmp/httpd.pid]`',
    // `Listen` adds to those of its configuration.
    otherPort: null,
  },
  {
    images: /^registry$/,
    withoutRoot: '`variables: {REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: /tmp/registry}`',
    otherPort: '`variables: {REGISTRY_HTTP_ADDR: ":5001"}`',
  },
];

/** `registry.example.org/team/postgres:17` is `postgres`. */
export function imageTitle(name: string): string {
  const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return repository.slice(repository.lastIndexOf('/') + 1);
}

export function recipeFor(name: string): Pick<Recipe, 'withoutRoot' | 'otherPort'> {
  const title = imageTitle(name);
  return recipes.find(({ images }) => images.test(title)) ?? { withoutRoot: null, otherPort: null };
}

const ports: readonly (readonly [images: RegExp, ports: readonly number[]])[] = [
  [/^(?:postgres|postgresql|postgis|timescaledb|pgvector)$/, [5432]],
  [/^(?:mysql|mariadb|percona)$/, [3306]],
  [/^(?:redis|valkey|keydb)$/, [6379]],
  [/^mongo$/, [27017]],
  [/^memcached$/, [11211]],
  [/^rabbitmq$/, [5672, 15672]],
  [/^(?:elasticsearch|opensearch)$/, [9200, 9300]],
  [/^(?:nginx|httpd|caddy|traefik|haproxy)$/, [80, 443]],
  [/^(?:tomcat|jetty|jenkins|wiremock|keycloak)$/, [8080]],
  [/^registry$/, [5000]],
  [/^(?:minio|clickhouse-server)$/, [9000]],
  [/^(?:mailhog|mailpit)$/, [1025, 8025]],
  [/^(?:chrome|firefox|standalone-chrome|standalone-firefox|standalone-chromium)$/, [4444]],
  [/^(?:docker|dind)$/, [2375, 2376]],
  [/^localstack$/, [4566]],
  [/^vault$/, [8200]],
  [/^consul$/, [8500]],
];

/** Where such an image listens unless told otherwise. */
export function usualPorts(name: string): readonly number[] {
  const title = imageTitle(name);
  return ports.find(([images]) => images.test(title))?.[1] ?? [];
}
