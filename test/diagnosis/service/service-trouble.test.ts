import { describe, expect, it } from 'vitest';
import { findServiceTrouble, type ServiceFacts } from '../../../src/diagnosis/service/service-trouble.ts';
import { noDockerDaemon } from '../../../src/layout/docker-daemon.ts';

const service = (key: number, image: string, port: number | null = null): ServiceFacts => ({
  key: `services[${key}]`,
  image,
  port,
});

const adviceFor = (image: string, log: string, others: readonly ServiceFacts[] = []): string | undefined =>
  findServiceTrouble(service(1, image), others, log.split('\n'))?.advice;

describe('findServiceTrouble', () => {
  it.each([
    [
      'postgres:17',
      `2026-11-28 10:00:00.123 UTC [1] LOG:  could not bind IPv4 address "0.0.0.0": Address already in use
2026-11-28 10:00:00.123 UTC [1] HINT:  Is another postmaster already running on port 5432? If not, wait a few seconds and retry.
2026-11-28 10:00:00.124 UTC [1] FATAL:  could not create any TCP/IP sockets`,
      'on port 5432',
      'PGPORT: "5433"',
    ],
    [
      'mysql:8',
      `2026-11-28T10:00:00.123456Z 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use
2026-11-28T10:00:00.123456Z 0 [ERROR] [MY-010257] [Server] Do you already have another mysqld server running on port: 3306 ?`,
      'on port 3306',
      '--port=3307',
    ],
    [
      'mariadb:11',
      `2026-11-28 10:00:00 0 [ERROR] Can't start server: Bind on TCP/IP port. Got error: 98: Address already in use
2026-11-28 10:00:00 0 [ERROR] Do you already have another server running on port: 3306 ?`,
      'on port 3306',
      '--port=3307',
    ],
    [
      'redis:7',
      `1:M 28 Nov 2026 10:00:00.000 # Warning: Could not create server TCP listening socket *:6379: bind: Address already in use
1:M 28 Nov 2026 10:00:00.000 # Failed listening on port 6379 (tcp), aborting.`,
      'on port 6379',
      'redis-server, --port, "6380"',
    ],
    [
      'nginx:1',
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
      'on port 80',
      'by its variables or command',
    ],
    [
      'elasticsearch:8.19.0',
      'java.lang.IllegalStateException: Failed to bind to 0.0.0.0:9200\nCaused by: java.net.BindException: Address already in use',
      'on its port',
      'by its variables or command',
    ],
    [
      'node:24',
      'Error: listen EADDRINUSE: address already in use :::3000',
      'on port 3000',
      'by its variables or command',
    ],
    ['go/app', '2026/11/28 10:00:00 listen tcp :8080: bind: address already in use', 'on port 8080', ''],
  ])('says of %s that its port is taken, and what gives it another', (image, log, port, recipe) => {
    const advice = adviceFor(image, log, [service(0, `mirror.example.org/${image}`), service(2, 'other')]);

    expect(advice).toContain(
      `It cannot listen ${port}, where probably services[0] (mirror.example.org/${image})`,
    );
    expect(advice).toContain('Give services[1] another port');
    expect(advice).toContain(recipe);
    expect(advice).not.toContain('services[2]');
  });

  describe('suspects', () => {
    const taken = (port: number): string => `bind: Address already in use\nFailed listening on port ${port}`;
    const sleeping = (key: number, image: string): ServiceFacts => ({
      ...service(key, image),
      program: 'a digest of sleep',
    });
    const holder = (
      image: string,
      others: readonly ServiceFacts[],
      port = 6379,
      own?: Partial<ServiceFacts>,
    ): string | undefined => {
      const facts = { ...service(1, image), ...own };
      const { advice = '' } = findServiceTrouble(facts, others, taken(port).split('\n')) ?? {};
      return /, where (.*) listens already/.exec(advice)?.[1];
    };

    it('a service of the same image, or that says the same port, before all others', () => {
      const others = [service(0, 'mirror/app'), service(2, 'b', 6379), service(3, 'redis')];
      expect(holder('app', others)).toBe('probably services[0] (mirror/app) or services[2] (b)');
    });

    it('a service of the same image only where it starts the same', () => {
      const others = [sleeping(0, 'busybox'), service(2, 'redis:7')];
      expect(holder('busybox', others)).toBe('probably services[2] (redis:7)');
      expect(holder('busybox', [sleeping(0, 'busybox'), service(2, 'x')])).toBe(
        'another service of this job',
      );
      const own = { program: 'a digest of sleep' };
      expect(holder('busybox', [sleeping(0, 'busybox')], 80, own)).toBe('probably services[0] (busybox)');
    });

    it('no service that says another port', () => {
      expect(holder('redis', [service(0, 'redis', 6380)])).toBe('another service of this job');
    });

    it('then those whose image usually listens there, as their image starts them if there is one', () => {
      expect(holder('app', [service(0, 'nginx:1'), service(2, 'team/httpd'), service(3, 'redis')], 80)).toBe(
        'probably services[0] (nginx:1) or services[2] (team/httpd)',
      );
      expect(holder('app', [sleeping(0, 'nginx'), service(2, 'httpd')], 80)).toBe(
        'probably services[2] (httpd)',
      );
      expect(holder('app', [sleeping(0, 'nginx'), service(2, 'redis')], 80)).toBe(
        'probably services[0] (nginx)',
      );
    });

    it('else none by name', () => {
      expect(holder('app', [service(0, 'a')])).toBe('another service of this job');
      expect(holder('app', [])).toBe('something else in the pod');
    });
  });

  it.each([
    [
      'postgres:17',
      'initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted',
      'PGDATA: /var/lib/postgresql/data/pgdata',
    ],
    [
      'mysql:8',
      `mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (OS errno 13 - Permission denied)`,
      'user: "999"',
    ],
    [
      'mariadb:11',
      `2026-11-28 10:00:00 0 [ERROR] mariadbd: Can't create/write to file '/var/lib/mysql/aria_log_control' (Errcode: 13 "Permission denied")`,
      '--datadir=/tmp/mysql',
    ],
    [
      'redis:7',
      "1:M 28 Nov 2026 10:00:00.000 # Can't open or create append-only dir appendonlydir: Permission denied",
      'redis-server, --save',
    ],
    [
      'nginx:1',
      'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)',
      'directories below /tmp',
    ],
    [
      'httpd:2',
      '(13)Permission denied: AH00099: could not create /usr/local/apache2/logs/httpd.pid.VGwKr1',
      'PidFile /tmp/httpd.pid',
    ],
    [
      'elasticsearch:8',
      'java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/node.lock',
      'the user that owns its directories',
    ],
    ['any', 'ERROR: This program must be run as root.', 'the user that owns its directories'],
  ])('says of %s that it expects to begin as root, and what helps', (image, log, recipe) => {
    const advice = adviceFor(image, log);

    expect(advice).toMatch(/^Its image expects to begin as root, .* services\[1\]: /);
    expect(advice).toContain(recipe);
    expect(advice).toContain('docs/service-images.md');
  });

  it.each([
    ['postgres:17', '"root" execution of the PostgreSQL server is not permitted.'],
    ['elasticsearch:8', 'java.lang.RuntimeException: can not run elasticsearch as root'],
    [
      'mysql:8',
      'Fatal error: Please read "Security" section of the manual to find out how to run mysqld as root!',
    ],
  ])('says of %s that it refuses to be root', (image, log) => {
    expect(adviceFor(image, log)).toMatch(/^It refuses to run as root: name a user .* services\[1\]/);
  });

  it.each([
    "error: attempting to run rootless dockerd but missing 'rootlesskit' (perhaps the 'docker:dind-rootless' image is intended?)",
    `mount: permission denied (are you root?)
failed to start daemon: Error initializing network controller: error obtaining controller instance: failed to register "bridge" driver: failed to create NAT chain DOCKER: iptables failed: Permission denied (you must be root)`,
  ])('says of a Docker daemon under any name that none can run here: %s', (log) => {
    expect(adviceFor('mirror.example.org/builder:1', log)).toBe(noDockerDaemon);
  });

  it('shows where it found that', () => {
    expect(findServiceTrouble(service(0, 'a'), [], ['x', 'EACCES', 'EACCES'])).toMatchObject({ at: 1 });
  });

  it.each([
    '',
    'ready to accept connections',
    'panic: nil pointer',
    'root of the tree must be set',
    'support: 443',
  ])('has nothing to say of other words: %j', (log) => {
    expect(adviceFor('app', log)).toBeUndefined();
  });

  it('lets no control character of a name through', () => {
    expect(adviceFor('app', 'EADDRINUSE', [service(0, 'a\u001b[2J/app')])).toContain('(a?[2J/app)');
  });
});
