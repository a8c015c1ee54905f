# Process 1 of the build container, whatever the image's entrypoint: scripts come by exec.
# argv: HOME SCRIPTS READY-FILE
# The kubelet expands `$(NAME)` and turns a double `$` into one in a container's command: neither may stand in a process 1.
. ./shared/refuse.sh
. ./shared/make-directories.sh
. ./shared/reap-and-wait.sh

make_directories "$1" "$2"
reap_and_wait "$3"
