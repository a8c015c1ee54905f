// The users and groups that programs of an image look up by name. A file that is mounted over an image's own hides those, so it
// takes over what Debian, Alpine and Fedora have in common images. Sources: Debian base-passwd, Alpine alpine-baselayout, Fedora
// setup; and the packages of web servers and databases.
//
// A name stands once. Where distributions give it different ids it has the one of the first that has it, in this order: a job that
// is not root cannot become another user, so the id is only read (`getent passwd www-data`, owners in `ls -l`).

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

const nowhere = '/nonexistent';

const account = (name: string, uid: number, gid = uid, home = nowhere): Account => ({ name, uid, gid, home });

const nobodyId = 65_534;

export const usualUsers: readonly Account[] = [
  account('root', 0, 0, '/root'),
  account('daemon', 1, 1, '/usr/sbin'),
  account('bin', 2, 2, '/bin'),
  account('sys', 3, 3, '/dev'),
  account('sync', 4, nobodyId, '/bin'),
  account('games', 5, 60, '/usr/games'),
  account('man', 6, 12, '/var/cache/man'),
  account('lp', 7, 7, '/var/spool/lpd'),
  account('mail', 8, 8, '/var/mail'),
  account('news', 9, 9, '/var/spool/news'),
  account('uucp', 10, 10, '/var/spool/uucp'),
  account('proxy', 13, 13, '/bin'),
  account('www-data', 33, 33, '/var/www'),
  account('backup', 34, 34, '/var/backups'),
  account('list', 38, 38, '/var/list'),
  account('irc', 39, 39, '/run/ircd'),
  account('_apt', 42, nobodyId),
  account('sshd', 101, nobodyId, '/run/sshd'),
  account('messagebus', 100),
  account('postgres', 999, 999, '/var/lib/postgresql'),
  account('mysql', 999, 999, '/var/lib/mysql'),
  account('redis', 999, 999, '/var/lib/redis'),
  account('adm', 3, 4, '/var/adm'),
  account('shutdown', 6, 0, '/sbin'),
  account('halt', 7, 0, '/sbin'),
  account('operator', 11, 0, '/root'),
  account('ftp', 21, 21, '/var/lib/ftp'),
  account('cron', 16, 16, '/var/spool/cron'),
  account('ntp', 123, 123, '/var/empty'),
  account('guest', 405, 100, '/dev/null'),
  account('nginx', 101, 101, '/var/lib/nginx'),
  account('apache', 48, 48, '/usr/share/httpd'),
  account('dbus', 81, 81, '/'),
  account('nobody', nobodyId, nobodyId, '/'),
];

interface Group {
  readonly name: string;
  readonly gid: number;
}

const group = (name: string, gid: number): Group => ({ name, gid });

export const usualGroups: readonly Group[] = [
  ...[group('root', 0), group('daemon', 1), group('bin', 2), group('sys', 3), group('adm', 4)],
  ...[group('tty', 5), group('disk', 6), group('lp', 7), group('mail', 8), group('news', 9)],
  ...[group('uucp', 10), group('man', 12), group('proxy', 13), group('kmem', 15), group('dialout', 20)],
  ...[group('fax', 21), group('voice', 22), group('cdrom', 24), group('floppy', 25), group('tape', 26)],
  ...[group('sudo', 27), group('audio', 29), group('dip', 30), group('www-data', 33), group('backup', 34)],
  ...[group('operator', 37), group('list', 38), group('irc', 39), group('src', 40), group('shadow', 42)],
  ...[group('utmp', 43), group('video', 44), group('sasl', 45), group('plugdev', 46), group('staff', 50)],
  ...[group('games', 60), group('users', 100), group('messagebus', 100), group('ssl-cert', 104)],
  ...[group('postgres', 999), group('mysql', 999), group('redis', 999), group('wheel', 10)],
  ...[group('cron', 16), group('ftp', 21), group('input', 23), group('ntp', 123), group('ping', 999)],
  ...[group('nginx', 101), group('apache', 48), group('dbus', 81), group('kvm', 36), group('render', 105)],
  ...[group('nogroup', nobodyId), group('nobody', nobodyId)],
];
