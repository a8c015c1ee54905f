# Ends everything in a container but process 1 and ourselves, and knows when it is done.

# shellcheck disable=SC2086 # What /proc gives has no blanks or globs but those that part its fields.

# Whether nothing lives but us and the group of PID 1. Who cannot see itself sees nobody.
alone() {
  read -r l </proc/1/stat || return 1
  set -- ${l##*)}
  a=$3 b=
  for q in /proc/[0-9]*; do
    q=${q#/proc/}
    if [ "$q" = $$ ]; then
      b=1
    elif read -r l </proc/$q/stat; then
      set -- ${l##*)}
      case $1:$3 in [ZX]:* | *:$a) ;; *) return 1 ;; esac
    elif [ -d "/proc/$q" ]; then
      return 1
    fi
  done
  [ "$b" ]
}
# -1 spares PID 1 and this shell, nobody else. Nothing stands before it, and nothing with it, that a job could make fail.
end_everything() {
  kill -9 -1
  [ -r /proc/1/stat ] || return 0
  i=0
  until alone; do
    i=$((i + 1))
    [ $i -lt 100 ] || return 1
    # What was killed is gone in a moment.
    [ $i -gt 3 ] || continue
    sleep 0.02 || {
      sleep 1
      i=$((i + 20))
    }
    kill -9 -1
  done
}
