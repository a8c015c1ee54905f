# Process 1 of the helper container: ready once the pod's user namespace is proven.
# argv: HOME SCRIPTS READY-FILE BIN PROOF (`prove` or `skip`)
. ./shared/refuse.sh
. ./shared/prove-user-namespace.sh
. ./shared/make-directories.sh
. ./shared/reap-and-wait.sh

[ "$5" = skip ] || prove_user_namespace
make_directories "$1" "$2"
# GitLab's helper image may know its binary as gitlab-runner-helper only; the runner's scripts call gitlab-runner.
mkdir -p "$4"
command -v gitlab-runner >/dev/null || {
  found=$(command -v gitlab-runner-helper) && ln -sf "$found" "$4/gitlab-runner"
}
reap_and_wait "$3"
