// What a builder of images does in a job, without one: a user namespace within the pod's, with all of its ids, and mounts in it.

export const nest = '/tmp/nest';

/**
 * Writes a program `$nest COMMAND…`: runs it as root of a new user and mount namespace. One process makes the namespaces
 * and another its maps, because without new privileges a program that is started before it has an id stays without capabilities.
 */
export const writeNest = [
  `cat > ${nest} <<'END'`,
  'use POSIX; my $unshare = (POSIX::uname())[4] eq "aarch64" ? 97 : 272;',
  'pipe(my $made, my $making); pipe(my $waiting, my $mapped);',
  'my $child = fork // die;',
  'if ($child == 0) {',
  '  syscall($unshare, 0x10020000) == 0 or die "unshare: $!\\n";',
  '  close $mapped; syswrite $making, "x"; sysread $waiting, my $word, 1 or exit 9;',
  '  exec @ARGV;',
  '}',
  'close $making; close $waiting; sysread $made, my $word, 1 or exit 8;',
  'for my $kind ("uid", "gid") {',
  '  open my $map, ">", "/proc/$child/${kind}_map" or die "$kind: $!\\n";',
  '  syswrite $map, ($ENV{MAP} // "0 0 65536") . "\\n" or die "write ${kind}_map: $!\\n";',
  '}',
  'syswrite $mapped, "x"; waitpid $child, 0; exit $? >> 8;',
  'END',
].join('\n');
