# Ends a container with the exit code $1 (src/layout/exit-codes.ts) and the reason $2, which the kubelet shows.
refuse() {
  echo "$0: $2" >&2
  exit "$1"
}
