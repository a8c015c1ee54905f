# An init container's process where the workspace is a lasting one: clears what an earlier job left before anything of this job
# starts. The job's image is not to be trusted either: its sh is process 1 of the build container.
# argv: SCRUB CLEAR BUILDS CACHE PROJECT PROOF SECONDS [DIRECTORY]
#   SCRUB      the program scrub-workspace.sh; the four words after it are its own
#   PROOF      `prove` or `skip`
#   SECONDS    that it may take
#   DIRECTORY  a work directory to make then
. ./shared/refuse.sh
. ./shared/prove-user-namespace.sh

[ "$6" = skip ] || prove_user_namespace

# What was made to take longer is given up, and the next job gets a new workspace.
brief=''
if command -v timeout >/dev/null; then brief="timeout $7"; fi
$brief sh -c "$1" "$0" "$2" "$3" "$4" "$5"
code=$?
case $code in
  0) ;;
  72 | 74) exit $code ;;
  *) refuse 74 "the lasting workspace was not scrubbed within $7 seconds (exit code $code)" ;;
esac

if [ "$8" ]; then mkdir -p "$8" || refuse 72 "cannot make $8"; fi
