# Process 1 of the helper container where the workspace is a lasting one: scrubs it, and is then what it is everywhere.
# argv: SCRUB CLEAR BUILDS CACHE PROJECT HELPER …
#   SCRUB   the program scrub-workspace.sh; the four words after it are its own
#   HELPER  the program process-one-of-helper.sh, and its parameters
. ./shared/refuse.sh
. ./shared/prove-user-namespace.sh

# The last word; nothing is touched before.
for proof; do :; done
[ "$proof" = skip ] || prove_user_namespace

# A million files take a minute. What was made to take longer is given up, and the next job gets a new workspace.
brief=''
if command -v timeout >/dev/null; then brief='timeout 300'; fi
$brief sh -c "$1" "$0" "$2" "$3" "$4" "$5"
code=$?
case $code in
  0) ;;
  72 | 74) exit $code ;;
  *) refuse 74 "the lasting workspace was not scrubbed within 5 minutes (exit code $code)" ;;
esac

helper=$6
shift 6
exec sh -c "$helper" "$0" "$@"
