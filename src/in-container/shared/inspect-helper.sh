# The last look at the helper before the first job byte: the pod's id maps, who we are, a shell, GitLab's own tool.
# One answer a line, `answered` last: a status alone may be made up.
# $1: ready file; $2: where process 1 put gitlab-runner if the image knows it by another name.
inspect_helper() {
  # Builtins read the maps: nothing of the image but its shell and kernel is asked.
  while read -r line; do echo "uid_map $line"; done </proc/self/uid_map
  while read -r line; do echo "gid_map $line"; done </proc/self/gid_map
  while read -r key uid rest; do [ "$key" = Uid: ] && echo "uid $uid"; done </proc/self/status
  await_ready "$1"
  find_shell
  PATH=$2:$PATH
  gitlab-runner --version 2>&1 </dev/null | while read -r line; do
    echo "runner $line"
    break
  done
  echo answered
}
