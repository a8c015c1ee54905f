// The POSIX sh program that we run in a job's container by exec: it starts a script once and follows its output. It travels in argv (no secret in them); the script itself only ever travels on stdin.
// Every construct here was chosen because dash, bash and busybox ash all have it; docs/stream.md tells the protocol.

/** What the programs say on channel 2, one word a line; a job can forge it, and lies only about itself. */
export type SupervisorFault =
  /** Fewer or other bytes arrived than were sent: send again. */
  | 'upload'
  /** The control volume takes no more bytes. */
  | 'disk'
  /** No bash and no sh at any path where GitLab looks for one. */
  | 'shell'
  /** The script was locked for us by somebody, but never started. */
  | 'stuck'
  /** Asked to follow a script that this container knows nothing of. */
  | 'unknown'
  /** What watches over the script was killed, and left no exit code. */
  | 'killed';

/** Exit status of our own faults; the word on channel 2 tells which. A script may end with the same number. */
export const faultStatus = 250;

/** The places where GitLab's own executors look for a shell; the first that is there runs the script. */
const scriptShells =
  '/usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh';

/**
 * argv: DIRECTORY SHELL SCRIPT GROUP. Runs the script, then writes the end record. GROUP: empty in a session of its own; else the
 * process group that it has to share. No single quote may stand in it (the comments are taken out).
 *
 * The files that it needs afterwards are open before the script begins, so that nothing the script puts in their place is waited for.
 *
 * The script writes into a pipe: a file would be cut to nothing by its own `> /dev/stdout` or `tee /dev/stderr`. What it leaves
 * running would hold that pipe open, so it is ended before the log is. It gets a moment for that, since a `> >(tee log)` of the
 * script's own may still have the last lines.
 */
const runAndRecord = compact(`
trap : TERM INT HUP
echo $$ \${4:-$$} >"$1/pid"
exec 4<"$1/spool" 5<>"$1/exit"
umask 022
if [ "$4" ]; then
  "$2" <"$3" 4<&- 5<&-
  echo $? >&5
else
  (
    trap : TERM INT HUP
    "$2" <"$3" 2>&1 4<&- 5<&-
    echo $? >&5
    exec >/dev/null 2>&1
    h=$$ i=0 n=1
    # In /proc/PID/stat, behind a name that may hold anything: state, parent, group.
    read -r m l </proc/self/stat
    while [ "$n" ]; do
      n= i=$((i+1))
      # Our own children, cat among them, are the last to go.
      [ $i -lt 60 ] || h=-
      for p in /proc/[0-9]*; do
        p=\${p#/proc/}; read -r l </proc/$p/stat || continue; set -- \${l##*)}
        case $1:$2:$p in [ZX]:*|*:$h:*|*:$$|*:$m) continue ;; esac
        # PID 1 and who reads the log lead groups that nobody else can join, and have their parents outside of the container.
        [ $3 = 0 ] || { read -r l </proc/$3/stat && set -- \${l##*)} && [ $2 = 0 ]; } && continue
        n=1; [ $i -lt 9 ] || kill -9 $p
      done
      [ -z "$n" ] || sleep 0.02 || { sleep 1; i=$((i+9)); }
    done
  ) | (trap "" TERM INT HUP; exec cat)
fi
set -- $(wc -c <&4)
echo \${1:-0} >&5
`);

/** What it begins with. */
const common = `
say() { echo "$@" >&2; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
# Whether nothing lives but us and the group of PID 1. Who cannot see itself sees nobody.
alone() {
  read -r l </proc/1/stat || return 1
  set -- \${l##*)}; a=$3 b=
  for q in /proc/[0-9]*; do
    q=\${q#/proc/}
    if [ "$q" = $$ ]; then b=1
    elif read -r l </proc/$q/stat; then set -- \${l##*)}; case $1:$3 in [ZX]:*|*:$a) ;; *) return 1 ;; esac
    elif [ -d "/proc/$q" ]; then return 1; fi
  done
  [ "$b" ]
}
# -1 spares PID 1 and this shell, nobody else. Nothing stands before it, and nothing with it, that a job could make fail.
reap() {
  kill -9 -1
  [ -r /proc/1/stat ] || return 0
  i=0
  until alone; do
    i=$((i+1)); [ $i -lt 100 ] || return 1
    sleep 0.02 || { sleep 1; i=$((i+20)); }
    kill -9 -1
  done
}
`;

/**
 * argv: MODE DIRECTORY BYTES SHA256 OFFSET. MODE `start` reads BYTES of script from stdin and starts it unless that was
 * done before; `follow` only follows. DIRECTORY is this sub-stage's own place in the control volume, with a name nobody can
 * guess. Output goes to stdout from byte OFFSET of the spool on.
 *
 * After `begun` it opens no file that the job could have put there; until then the caller waits for a limited time.
 */
export const startAndFollow = compact(`
${common}
m=$1 d=$2 n=$3 h=$4 o=$5
c=\${d%/*}
quit() { say fail "$1"; exit ${faultStatus}; }
umask 077
p= g=
if [ "$m" = start ] && [ -d "$d" ]; then
  head -c "$n" >/dev/null
elif [ "$m" = start ]; then
  # What earlier sub-stages left. Our own name is spared: a second start of this one may be ahead of us.
  set --
  for x in "$c"/run-*; do case $x in "$d"*|"$c/run-*") ;; *) set -- "$@" "$x" ;; esac; done
  [ $# = 0 ] || rm -rf "$@"
  u=$d.$$
  # A full disk makes head fail; a cut connection only makes the file short.
  head -c "$n" 2>/dev/null >"$u" || quit disk
  if command -v sha256sum >/dev/null; then
    x=$(sha256sum <"$u"); [ "\${x%% *}" = "$h" ] || { rm -f "$u"; quit upload; }
  else
    say note no-sha256sum; x=$(wc -c <"$u"); [ $((x)) = "$n" ] || { rm -f "$u"; quit upload; }
  fi
  s=
  for x in ${scriptShells}; do
    [ -x "$x" ] && s=$x && break
  done
  [ "$s" ] || quit shell
  # mkdir succeeds for one caller only: this is what starts a script once.
  if mkdir "$d" 2>/dev/null; then
    # What an earlier sub-stage left when nobody could confirm its end: two of them never run side by side.
    reap || say note survivors
    # The record's bytes exist from the start, so that it can be written on a full disk too. (A special builtin such as ":"
    # would end the shell without a word when its redirection fails.)
    echo ------------------------ >"$d/exit" && true >"$d/spool" || quit disk
    exec 3<"$d/spool" 4<"$d/exit"
    r='${runAndRecord}'
    if command -v setsid >/dev/null; then
      setsid sh -c "$r" sh "$d" "$s" "$u" "" </dev/null >>"$d/spool" 2>&1 3<&- 4<&- &
    else
      say note no-setsid
      sh -c "$r" sh "$d" "$s" "$u" $$ </dev/null >>"$d/spool" 2>&1 3<&- 4<&- &
    fi
    p=$!
  else
    rm -f "$u"; [ -d "$d" ] || quit disk
  fi
fi
exec </dev/null
[ -d "$d" ] || quit unknown
if [ -z "$p" ]; then
  i=0
  until plain "$d/pid" && [ -s "$d/pid" ]; do
    i=$((i+1)); [ $i -gt 100 ] && quit stuck; nap 0.05
  done
  set -- $(head -c 40 "$d/pid"); p=$1 g=$2
  case $p:$g in *[!0-9:]*|:*|*:) quit unknown ;; esac
  # Whoever followed before us may hang in a write to a connection that is gone: about 200 of those and no exec works any more.
  # The parent of an exec is outside of the container, and the parent of nothing else is.
  for q in /proc/[0-9]*; do
    q=\${q#/proc/}; read -r l </proc/$q/stat || continue; set -- \${l##*)}
    case $2:$q in 0:1|0:$$) ;; 0:*)
      case $(tr '\\0' ' ' </proc/$q/cmdline) in *[tw]" $d "*)
        # Without setsid the script is in the group of whoever started it.
        if [ "$q" = "$g" ]; then kill -9 $q; else kill -9 -$q; fi ;;
      esac ;;
    esac
  done
  plain "$d/spool" && plain "$d/exit" || quit unknown
  exec 3<"$d/spool" 4<"$d/exit"
fi
say begun
[ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1 || say note no-dd
i=0
while kill -0 "$p" 2>/dev/null; do
  cat <&3 || exit ${faultStatus}
  i=$((i+1))
  # Most of GitLab's scripts are over before a person could tell.
  if [ $i -lt 4 ]; then nap 0.002; elif [ $i -lt 8 ]; then nap 0.01; elif [ $i -lt 12 ]; then nap 0.04
  elif [ $i = 12 ]; then
    q=
    case $(tail --version 2>/dev/null) in *GNU*)
      while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3 ;;
    esac
    if [ "$q" ]; then
      tail -c +$((q+1)) -s 0.1 -f --pid="$p" /proc/self/fd/3 2>/dev/null
      kill -0 "$p" 2>/dev/null && exit ${faultStatus}
      exec 3</dev/null
    else
      say note no-tail
    fi
  else nap 0.1; fi
done
# Nothing of this sub-stage lives on beside the next one; and what is read now, nobody can exchange.
reap || say note survivors
cat <&3
set -- $(head -c 40 <&4)
case $1:$2 in *[!0-9:]*|:*|*:) quit killed ;; esac
say end "$1" "$2"
exit "$1"
`);

/** argv stands in a URL, and proxies cut long ones: comments and indentation stay here. */
function compact(program: string): string {
  return program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
