# Runs COMMAND with the environment of GitLab's scripts in the helper.
# argv: BIN HOME PROJECT REPOSITORY (as shared/set-environment.sh has them) COMMAND…
. ./shared/set-environment.sh

set_env "$@"
shift 4
exec "$@"
