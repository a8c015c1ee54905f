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
