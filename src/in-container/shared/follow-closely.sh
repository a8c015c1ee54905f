# As shared/follow.sh, with fewer processes and no delay at the end, for a script of our own: argv has no room for it. On 6 the caller has
# opened a file that no script can put another one in the place of.
# shellcheck disable=SC2034,SC2154,SC3013 # POSIX has no -nt, and each shell of images has; where one has none, cat is run each time. The names are those of shared/supervise-script.sh.

# Writes to stdout what is new of the spool. Whether there may be anything is asked of its time first, because cat is a process.
forward() {
  if [ -e /proc/$$/fd/3 ] && [ ! -s /proc/$$/fd/3 ]; then return; fi
  if [ /proc/$$/fd/6 -nt /proc/$$/fd/3 ]; then return; fi
  # Before cat: what is written from now on is newer, or as new.
  echo >&6
  cat <&3 || exit 250
} 2>/dev/null

# Until the script of our own ends, 0.05 s at most: a signal ends the wait. It comes again, since one before the wait would be lost.
pause() {
  trap : USR1
  while :; do
    nap 0.05
    kill -USR1 $$
  done >/dev/null 2>&1 3<&- 4<&- 5<&- 6>&- 9<&- &
  t=$!
  wait "$p"
  kill $t
}

follow() {
  i=0
  while kill -0 "$p" 2>/dev/null; do
    forward
    i=$((i + 1))
    # Most of GitLab's scripts are over before a person could tell.
    if [ $i -lt 6 ]; then
      pause
    elif [ $i = 6 ]; then
      follow_by_tail
    else
      nap 0.1
    fi
  done
}

# What is read now, nobody can exchange. Sets x to the end record.
finish() {
  if [ -s /proc/$$/fd/3 ] || [ ! -e /proc/$$/fd/3 ]; then cat <&3; fi
  # Where user code has been, the record may have no end.
  if [ "$way" = held ]; then
    x=
    while read -r y; do x="$x $y"; done <&4
  else
    x=$(head -c 40 <&4)
  fi
}
