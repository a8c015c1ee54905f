# Runs the script that it finds on stdin, then writes the end record: exit code, bytes in the spool, kills for memory meanwhile.
# argv: DIRECTORY SHELL GROUP WORD…
#   GROUP  empty in a session of its own; else the process group that it has to share
#   WORD…  what the script finds in `$1` and so on
#
# The files that it needs afterwards are open before the script begins, so that nothing the script puts in their place is waited for.
#
# The script writes into a pipe: a file would be cut to nothing by its own `> /dev/stdout` or `tee /dev/stderr`. What it leaves
# running would hold that pipe open, so it is ended before the log is. It gets a moment for that, since a `> >(tee log)` of the
# script's own may still have the last lines.
# shellcheck disable=SC2046,SC2086 # What is split here is what /proc and wc give.
trap : TERM INT HUP
d=$1 s=$2 g=$3
shift 3
echo $$ ${g:-$$} >"$d/pid"
exec 4<"$d/spool" 5<>"$d/exit"
umask 022

# Sets k to the kernel's count of kills for memory in this container, as it stands on stdin.
count_kills() {
  k=0
  while read -r x l; do
    [ "$x" != oom_kill ] || k=$l
  done
}
# cgroup v2, v1. Opened twice: the kernel writes its count when it is first read.
q=
for c in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  if [ -z "$q" ] && [ -f "$c" ] && true <"$c"; then
    exec 6<"$c" 7<"$c"
    count_kills <&6
    q=$k
  fi
done 2>/dev/null

# Ends what the script left running: by itself within a moment, else by KILL.
end_rest() {
  h=$$ i=0 n=1
  # In /proc/PID/stat, behind a name that may hold anything: state, parent, group.
  read -r m l </proc/self/stat
  while [ "$n" ]; do
    n='' o=' ' i=$((i + 1))
    # Our own children, cat among them, are the last to go.
    [ $i -lt 60 ] || h=-
    for p in /proc/[0-9]*; do
      p=${p#/proc/}
      read -r l </proc/$p/stat || continue
      set -- ${l##*)}
      case $1:$2:$p in [ZX]:* | *:$h:* | *:$$ | *:$m) continue ;; esac
      # PID 1 and who reads the log lead groups that nobody else can join, and have their parents outside of the container.
      case " 0$o" in *" $3 "*) continue ;; esac
      a=$3
      read -r l </proc/$a/stat && set -- ${l##*)} && [ $2 = 0 ] && o="$o$a " && continue
      n=1
      [ $i -lt 9 ] || kill -9 $p
    done
    [ -z "$n" ] || sleep 0.02 || {
      sleep 1
      i=$((i + 9))
    }
  done
}

if [ "$g" ]; then
  "$s" -s -- "$@" 4<&- 5<&- 6<&- 7<&-
  echo $? >&5
else
  (
    trap : TERM INT HUP
    "$s" -s -- "$@" 2>&1 4<&- 5<&- 6<&- 7<&-
    echo $? >&5
    exec >/dev/null 2>&1
    end_rest
  ) | (
    trap '' TERM INT HUP
    exec cat
  )
fi
# What was written through our own output, as the kernel counts it: wc would be a process.
n=
while read -r x l; do [ "$x" != pos: ] || n=$l; done 2>/dev/null </proc/$$/fdinfo/1
[ "$n" ] || set -- $(wc -c <&4)
echo ${n:-${1:-0}} >&5
if [ "$q" ]; then count_kills <&7; else k=0; fi
k=$((k - ${q:-0}))
# Below 0: it could not be read again.
[ $k -ge 0 ] || k=0
echo $k >&5
