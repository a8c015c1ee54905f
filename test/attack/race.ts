// What once lived beside the helper: it stops the next shell that comes into its container as soon as it is one, lets it open no more
// than nine files, so that no `2>/dev/null` works in it, and lets it go on to say that everything is ended.

/** Perl: argv is a file that it writes into for as long as it lives. */
export const race = `
$SIG{TERM} = $SIG{HUP} = "IGNORE";
my $log = shift;
sub tell_it { open(my $f, ">>", $log); print $f "x @_\\n" }
sub last_pid { open(my $f, "<", "/proc/loadavg"); (split " ", <$f>)[-1] }
my ($next, $turns) = (last_pid(), 0);
for (;;) {
  if ($turns++ % 2000 == 0) { tell_it("alive"); my $l = last_pid(); $next = $l if $l > $next }
  for my $p ($next + 1 .. $next + 3) {
    next unless kill "STOP", $p;
    for (my $i = 0; $i < 100000; $i++) {
      my $exe = readlink("/proc/$p/exe");
      last if !defined($exe) && $!{ENOENT};
      if (defined($exe) && $exe =~ m{/(dash|bash|sh|busybox)$}) {
        system("prlimit", "--pid", $p, "--nofile=9:");
        tell_it("caught $p");
        last;
      }
      kill "CONT", $p;
      last unless kill "STOP", $p;
    }
    kill "CONT", $p;
    $next = last_pid();
    last;
  }
}`;
