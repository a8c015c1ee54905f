# What starting a script and following it takes, in the shell that does it: no subshell, because `kill -9 -1` spares its caller alone.
# The caller sets c (the scripts' directory), d, n, h (as supervise.sh has them), p, g and u to nothing, and e to a function that runs a
# command in the script's environment in place of its shell, or to nothing.
# shellcheck disable=SC2034,SC2046,SC2086,SC2154,SC2254 # What is split here is digits, or what /proc gives; a pid is no pattern.
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
  head -c "$n" 2>/dev/null >"$u" || quit disk
  if command -v sha256sum >/dev/null; then
    x=$(sha256sum <"$u")
    [ "${x%% *}" = "$h" ] && return
  else
    say note no-sha256sum
    x=$(wc -c <"$u")
    [ $((x)) = "$n" ] && return
  fi
  rm -f "$u"
  quit upload
}

# Sets p to what watches over the script, if it is we who start it.
start() {
  remove_earlier
  u=$d.$$
  receive
  find_script_shell || quit shell
  # mkdir succeeds for one caller only: this is what starts a script once.
  if ! mkdir "$d" 2>/dev/null; then
    rm -f "$u"
    [ -d "$d" ] || quit disk
    return
  fi
  # What an earlier sub-stage left when nobody could confirm its end: two of them never run side by side.
  end_everything || say note survivors
  # The record's bytes exist from the start, so that it can be written on a full disk too. (A special builtin such as ":"
  # would end the shell without a word when its redirection fails.)
  if ! true >"$d/spool" || ! echo ---------------------------------------- >"$d/exit"; then quit disk; fi
  exec 3<"$d/spool" 4<"$d/exit" 5<"$u"
  # read takes no byte too many: what is left for the program to read is the script.
  r=$(while IFS= read -r x && [ "$x" ]; do printf '%s\n' "$x"; done <&5)
  x=setsid g=''
  command -v setsid >/dev/null || {
    say note no-setsid
    x='' g=$$
  }
  $e $x sh -c "$r" sh "$d" "$s" "$g" "$@" <&5 >>"$d/spool" 2>&1 3<&- 4<&- 5<&- 9<&- &
  p=$!
}

# Sets p to what watches over a script that somebody else started.
find_script() {
  i=0
  until plain "$d/pid" && [ -s "$d/pid" ]; do
    i=$((i + 1))
    [ $i -gt 100 ] && quit stuck
    nap 0.05
  done
  set -- $(head -c 40 "$d/pid")
  p=$1 g=$2
  case $p:$g in *[!0-9:]* | :* | *:) quit unknown ;; esac
  end_earlier_followers
  if ! plain "$d/spool" || ! plain "$d/exit"; then quit unknown; fi
  exec 3<"$d/spool" 4<"$d/exit"
}

# Whoever followed before us may hang in a write to a connection that is gone: about 200 of those and no exec works any more.
# The parent of an exec is outside of the container, and the parent of nothing else is.
end_earlier_followers() {
  for q in /proc/[0-9]*; do
    q=${q#/proc/}
    read -r l </proc/$q/stat || continue
    set -- ${l##*)}
    case $2:$q in 0:1 | 0:$$ | [!0]*) continue ;; esac
    case $(tr '\0' ' ' </proc/$q/cmdline) in *[tw]" $d "* | *" held $c "*)
      # Without setsid the script is in the group of whoever started it.
      if [ "$q" = "$g" ]; then kill -9 $q; else kill -9 -$q; fi
      ;;
    esac
  done
}

# Writes the spool to stdout until the script has ended.
follow() {
  i=0
  while kill -0 "$p" 2>/dev/null; do
    cat <&3 || exit 250
    i=$((i + 1))
    # Most of GitLab's scripts are over before a person could tell.
    if [ $i -lt 4 ]; then
      nap 0.002
    elif [ $i -lt 8 ]; then
      nap 0.01
    elif [ $i -lt 12 ]; then
      nap 0.04
    elif [ $i = 12 ]; then
      follow_by_tail
    else
      nap 0.1
    fi
  done
}

# GNU tail costs next to nothing while a script is silent.
follow_by_tail() {
  q=
  case $(tail --version 2>/dev/null) in *GNU*)
    while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3
    ;;
  esac
  if [ "$q" ]; then
    tail -c +$((q + 1)) -s 0.1 -f --pid="$p" /proc/self/fd/3 2>/dev/null
    kill -0 "$p" 2>/dev/null && exit 250
    exec 3</dev/null
  else
    say note no-tail
  fi
}

# What is read now, nobody can exchange. Sets k to the script's exit code.
report() {
  cat <&3
  set -- $(head -c 40 <&4)
  case $1:$2:$3 in *[!0-9:]* | :* | *::* | *:) quit killed ;; esac
  [ "$3" = 0 ] || say oom "$3"
  say end "$1" "$2"
  k=$1
}

# Follows the script from byte o of its log on, to its end.
supervise() {
  [ -d "$d" ] || quit unknown
  [ "$p" ] || find_script
  say begun
  [ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1 || say note no-dd
  follow
  # Nothing of this sub-stage lives on beside the next one. Whoever found the script over (0) may be beside the next one already.
  [ "$i$u" = 0 ] || end_everything || say note survivors
  report
}
