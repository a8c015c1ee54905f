// The two POSIX sh programs that we run in a job's container by exec: one starts a script once and follows its output,
// one stops it. They travel in argv (no secret in them); the script itself only ever travels on stdin.
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
export const scriptShells =
  '/usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh';

/**
 * argv: DIRECTORY SHELL SCRIPT GROUP. Runs the script, then writes the end record. GROUP: empty in a session of its own; else the
 * process group that it has to share. No single quote may stand in it (the comments are taken out).
 *
 * The script writes into a pipe: a file would be cut to nothing by its own `> /dev/stdout` or `tee /dev/stderr`. What it leaves
 * running would hold that pipe open, so it is ended before the log is: all but PID 1's group, us, and who reads the log. It gets a
 * moment for that, since a `> >(tee log)` of the script's own may still have the last lines.
 */
const runAndRecord = compact(`
trap : TERM INT HUP
echo $$ \${4:-$$} >"$1/pid"
umask 022
if [ "$4" ]; then
  "$2" <"$3"; x=$?
else
  (
    trap : TERM INT HUP
    "$2" <"$3" 2>&1
    echo $? 1<>"$1/code"
    exec >/dev/null 2>&1
    d=$1 h=$$ i=0 n=1
    # In /proc/PID/stat, behind a name that may hold anything: state, parent, group.
    read -r m l </proc/self/stat
    read -r l </proc/1/stat; set -- \${l##*)}; o=$3
    while [ "$n" ]; do
      n= f=0 i=$((i+1)); read -r f <"$d/follower"
      # Our own children, cat among them, are the last to go.
      [ $i -lt 60 ] || h=-
      for p in /proc/[0-9]*; do
        p=\${p#/proc/}; read -r l </proc/$p/stat || continue; set -- \${l##*)}
        case $1:$2:$3:$p in [ZX]:*|*:$h:*:*|*:*:$o:*|*:*:$f:*|*:*:$PPID:*|*:$$|*:$m) ;; *)
          n=1; [ $i -lt 9 ] || kill -9 $p ;;
        esac
      done
      [ -z "$n" ] || sleep 0.02 || { sleep 1; i=$((i+9)); }
    done
  ) | (trap "" TERM INT HUP; exec cat)
  read -r x <"$1/code"
fi
set -- "$1" $(wc -c <"$1/spool")
echo $x \${2:-0} 1<>"$1/exit"
`);

/**
 * argv: MODE DIRECTORY BYTES SHA256 OFFSET. MODE `start` reads BYTES of script from stdin and starts it unless that was
 * done before; `follow` only follows. DIRECTORY is this sub-stage's own place in the control volume, with a name nobody can
 * guess. Output goes to stdout from byte OFFSET of the spool on.
 */
export const startAndFollow = compact(`
m=$1 d=$2 n=$3 h=$4 o=$5
c=\${d%/*}
say() { echo "$@" >&2; }
quit() { say fail "$1"; exit ${faultStatus}; }
nap() { sleep "$1" 2>/dev/null || sleep 1; }
# The record is overwritten in place: what a reader sees in between is no number. "$e" is the script's exit code.
ended() { e=; read -r e z 2>/dev/null <"$d/exit"; case $e in ''|*[!0-9]*) return 1 ;; esac; }
umask 077
p= g=
if [ "$m" = start ] && [ -d "$d" ]; then
  head -c "$n" >/dev/null
elif [ "$m" = start ]; then
  # What earlier sub-stages left. Our own name is spared: a second start of this one may be ahead of us.
  l=
  for x in "$c"/run-*; do case $x in "$d"*|"$c/run-*") ;; *) l="$l $x" ;; esac; done
  [ "$l" ] && rm -rf $l
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
    kill -9 -1 2>/dev/null
    # The record's bytes exist from the start, so that it can be written on a full disk too. (A special builtin such as ":"
    # would end the shell without a word when its redirection fails.)
    echo "- --------------------" >"$d/exit" && echo ---- >"$d/code" && true >"$d/spool" || quit disk
    r='${runAndRecord}'
    if command -v setsid >/dev/null; then
      setsid sh -c "$r" sh "$d" "$s" "$u" "" </dev/null >>"$d/spool" 2>&1 &
    else
      say note no-setsid
      sh -c "$r" sh "$d" "$s" "$u" $$ </dev/null >>"$d/spool" 2>&1 &
    fi
    p=$!
  else
    rm -f "$u"; [ -d "$d" ] || quit disk
  fi
fi
exec </dev/null
[ -d "$d" ] || quit unknown
say begun
i=0
while [ -z "$p" ]; do
  if [ -s "$d/pid" ]; then read -r p g <"$d/pid"; else
    i=$((i+1)); [ $i -gt 100 ] && quit stuck; nap 0.05
  fi
done
# Whoever followed before us may hang in a write to a connection that is gone: about 200 of those and no exec works any more.
if [ -s "$d/follower" ]; then
  read -r f <"$d/follower"
  case $(tr '\\0' ' ' 2>/dev/null </proc/$f/cmdline) in *"$d"*)
    # Without setsid the script is in the group of whoever started it.
    if [ "$f" = "$g" ]; then kill -9 $f; elif [ "$f" != $$ ]; then kill -9 -$f; fi 2>/dev/null ;; esac
fi
echo $$ >"$d/follower"
[ -r "$d/spool" ] || quit unknown
exec 3<"$d/spool"
[ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1 || say note no-dd
i=0
while :; do
  # The record is read before the last cat, so that nothing can come between them.
  x=; ended && x=ended
  a=; kill -0 "$p" 2>/dev/null || a=gone
  cat <&3 || exit ${faultStatus}
  [ "$x" ] && break
  if [ "$a" ]; then
    ended || quit killed
    continue
  fi
  i=$((i+1))
  # Most of GitLab's scripts are over before a person could tell.
  if [ $i -lt 4 ]; then nap 0.002; elif [ $i -lt 8 ]; then nap 0.01; elif [ $i -lt 12 ]; then nap 0.04
  elif [ $i = 12 ]; then
    q=
    case $(tail --version 2>/dev/null) in *GNU*)
      while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3 ;;
    esac
    if [ "$q" ]; then
      tail -c +$((q+1)) -s 0.1 -f --pid="$p" "$d/spool" 2>/dev/null
      kill -0 "$p" 2>/dev/null && exit ${faultStatus}
      ended || quit killed
      exec 3</dev/null
      break
    fi
    say note no-tail
  else nap 0.1; fi
done
# Nothing of this sub-stage lives on beside the next one. -1 spares PID 1 and this shell, nobody else.
kill -9 -1 2>/dev/null
cat <&3
say end "$e" "$z"
exit "$e"
`);

/**
 * argv: DIRECTORY GRACE OFFSET. Ends everything in the container but PID 1, within GRACE seconds and a little, and prints the
 * spool from byte OFFSET on (`-`: nothing of it). A script that had not started yet never will: we hold its lock.
 */
export const stopAndDrain = compact(`
d=$1 g=$2 o=$3
say() { echo "$@" >&2; }
umask 077
if mkdir "$d" 2>/dev/null; then kill -9 -1 2>/dev/null; say unstarted; exit 0; fi
i=0
while [ ! -s "$d/pid" ] && [ $i -lt 20 ]; do i=$((i+1)); sleep 0.05 2>/dev/null || sleep 1; done
if [ -s "$d/pid" ]; then
  read -r p q <"$d/pid"
  # Spared, as a follower is, by what ends all that the script leaves behind.
  echo $$ >"$d/follower"
  kill -TERM -$q 2>/dev/null
  i=0
  while [ $i -lt $((g*10)) ]; do
    e=-; read -r e z 2>/dev/null <"$d/exit"
    [ "$e" = - ] && kill -0 "$p" 2>/dev/null || break
    i=$((i+1)); sleep 0.1 2>/dev/null || { sleep 1; i=$((i+9)); }
  done
  kill -9 -$q 2>/dev/null
fi
kill -9 -1 2>/dev/null
if [ "$o" != - ] && [ -r "$d/spool" ]; then
  exec 3<"$d/spool"
  [ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1
  cat <&3
fi
say stopped
`);

/** What endEverything says. */
export const everythingEnded = 'ended';

/**
 * Ends everything in the container but PID 1; run before the helper touches a workspace that user code had. Its word on
 * channel 1 is the proof: a status alone may be made up.
 */
export const endEverything = `kill -9 -1 2>/dev/null; echo ${everythingEnded}`;

/** argv stands in a URL, and proxies cut long ones: comments and indentation stay here. */
function compact(program: string): string {
  return program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
