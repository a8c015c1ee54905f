# shellcheck disable=SC2086,SC2154 # The names are those of shared/supervise-script.sh.
# GNU tail costs next to nothing while a script is silent.
follow_by_tail() {
  q=
  case $(tail --version 2>/dev/null) in *GNU*)
    while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3
    ;;
  esac
  if [ "$q" ]; then
    tail -c +$((q + 1)) -s 0.1 -f --pid=$p /proc/self/fd/3 2>/dev/null
    kill -0 $p 2>/dev/null && exit 250
    exec 3</dev/null
  else
    say note no-tail
  fi
}
