# What starting a script and following it takes, in the shell that does it: no subshell, because `kill -9 -1` spares its caller alone.
# The caller sets c (the scripts' directory), d, n, h (as supervise.sh has them), p, g and u to nothing, r to run-and-record.sh or to
# nothing (then it stands before the script), and e to a function that runs a command in the script's environment in place of its shell,
# or to nothing. Where z is set, this shell has ended everything after the script before, and that script is known to be over.
# shellcheck disable=SC2034,SC2046,SC2086,SC2154,SC2254 # What is split here is digits, or what /proc gives; a pid is no pattern.
# In d and u is nothing that would be split: quotes take six characters of a URL.
# The word tells the fault; 250 is for all of them (src/stream/supervisor-messages.ts).
quit() {
  say fail "$1"
  exit 250
}
nap() { sleep "$1" 2>/dev/null || sleep 1; }

# What earlier sub-stages left. Their directories stay, with nothing but an end record in them: an exec of theirs that a busy node
# begins only now must neither start their script again nor end ours. Our own name is spared: a second start of this one may be ahead
# of us.
remove_earlier() {
  set --
  for x in "$c"/run-*; do
    case $x in "$d"* | "$c/run-*") continue ;; esac
    if [ -d "$x" ]; then
      [ -e "$x/exit" ] || true >"$x/exit"
      x="$x/spool"
    fi
    set -- "$@" "$x"
  done
  [ $# = 0 ] || rm -rf "$@"
}

# Puts stdin into the file $u.
receive() {
  # A full disk makes head fail; a cut connection only makes the file short.
  head -c $n 2>/dev/null >$u || quit disk
  if command -v sha256sum >/dev/null; then
    x=$(sha256sum <$u)
    [ "${x%% *}" = "$h" ] && return
  else
    say note no-sha256sum
    x=$(wc -c <$u)
    [ $((x)) = "$n" ] && return
  fi
  rm -f $u
  quit upload
}

# Sets p to what watches over the script, if it is we who start it.
start() {
  [ "$z" ] || remove_earlier
  u=$d.$$
  receive
  find_script_shell || quit shell
  # mkdir succeeds for one caller only: this is what starts a script once.
  if ! mkdir $d 2>/dev/null; then
    rm -f $u
    [ -d $d ] || quit disk
    return
  fi
  # What an earlier sub-stage left when nobody could confirm its end: two of them never run side by side.
  [ "$z" ] || end_everything || say note survivors
  # The record's bytes exist from the start, so that it can be written on a full disk too. (A special builtin such as ":"
  # would end the shell without a word when its redirection fails.)
  if ! true >$d/spool || ! echo ---------------------------------------- >$d/exit; then quit disk; fi
  exec 3<$d/spool 5<$u 4<$d/exit
  # read takes no byte too many: what is left for the program to read is the script.
  [ "$r" ] || r=$(while IFS= read -r x && [ "$x" ]; do printf '%s\n' "$x"; done <&5)
  x=setsid g=''
  command -v setsid >/dev/null || {
    say note no-setsid
    x='' g=$$
  }
  $e $x sh -c "$r" sh "$d" "$s" "$g" "$@" <&5 >>$d/spool 2>&1 3<&- 4<&- 5<&- 9<&- &
  p=$!
}

# Sets p to what watches over a script that somebody else started.
find_script() {
  i=0
  until plain $d/pid && [ -s $d/pid ]; do
    i=$((i + 1))
    [ $i -gt 100 ] && quit stuck
    nap 0.05
  done
  set -- $(head -c 40 $d/pid)
  p=$1 g=$2
  case $p:$g in *[!0-9:]* | :* | *:) quit unknown ;; esac
  end_followers
  if ! plain $d/spool || ! plain $d/exit; then quit unknown; fi
  exec 3<$d/spool 4<$d/exit
}

# Whoever followed before us may hang in a write to a connection that is gone: about 200 of those and no exec works any more.
# The parent of an exec is outside of the container, and the parent of nothing else is.
end_followers() {
  for q in /proc/[0-9]*; do
    q=${q#/proc/}
    read -r l </proc/$q/stat || continue
    set -- ${l##*)}
    case $2:$q in 0:1 | 0:$$ | [!0]*) continue ;; esac
    case $(tr '\0' ' ' </proc/$q/cmdline) in *[tw]" $d "* | *" held"*" $c "*)
      # Without setsid the script is in the group of whoever started it.
      if [ $q = "$g" ]; then kill -9 $q; else kill -9 -$q; fi
      ;;
    esac
  done
}

# Sets k to the script's exit code.
report() {
  finish
  set -- $x
  case $1:$2:$3 in *[!0-9:]* | :* | *::* | *:) quit killed ;; esac
  [ $3 = 0 ] || say oom $3
  say end $1 $2
  k=$1
}

# Follows the script from byte o of its log on, to its end.
supervise() {
  [ -d $d ] || quit unknown
  [ "$p" ] || find_script
  say begun
  [ $o = 0 ] || dd bs=1 skip=$o count=0 <&3 >/dev/null 2>&1 || say note no-dd
  follow
  # Nothing of this sub-stage lives on beside the next one. Whoever found the script over (0) may be beside the next one already.
  z=
  [ $i$u = 0 ] || { end_everything && z=1; } || say note survivors
  report
}
