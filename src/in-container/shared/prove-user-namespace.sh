# One line `0 H L`, H and L positive multiples of 65,536, in both maps (src/security/user-namespace.ts). Builtins only: this is
# the shell of an image that we chose, and nothing else of it is trusted. Remainders need no comparison of large numbers.
prove_map() {
  lines=0 map=
  while read -r inside outside length rest; do
    lines=$((lines + 1)) map="${map:+$map; }$inside $outside $length${rest:+ $rest}"
    case "$outside:$length" in
      *[!0-9:]* | :* | *: | 0:* | *:0) lines=9 ;;
      *) [ "$inside" = 0 ] && [ -z "$rest" ] && [ $((outside % 65536)) -eq 0 ] && [ $((length % 65536)) -eq 0 ] || lines=9 ;;
    esac
  done <"$1"
  [ $lines -eq 1 ] || refuse 71 "this pod has no user namespace of its own: $1 reads \"$map\""
}
prove_user_namespace() {
  prove_map /proc/self/uid_map
  uids=$map
  prove_map /proc/self/gid_map
  [ "$uids" = "$map" ] || refuse 71 "this pod has no user namespace of its own: uid_map and gid_map differ"
}
