say() { echo "$@" >&2; }
