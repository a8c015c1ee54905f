# An init container's process: makes the directory $1 with the job's own user.
. ./shared/refuse.sh

mkdir -p "$1" || refuse 72 "cannot make $1"
