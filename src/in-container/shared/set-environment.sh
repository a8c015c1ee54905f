# The environment of GitLab's scripts in the helper: its own tools first, and git deaf to what a workspace could tell it.
# $1: BIN; $2: HOME; $3: PROJECT, its directory once user code had it, before that empty; $4: REPOSITORY of ours, where git finds it in
# place of the project's; empty: the script works in the project's own.
set_env() {
  # The image's own PATH stays: prepare looked for gitlab-runner in it, and no job can change it.
  export PATH="$1:$PATH" HOME="$2"
  unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV
  n=0
  # No hook and no fsmonitor of a workspace is ever run, and a workspace of another owner is read all the same.
  setting core.hooksPath /dev/null
  setting core.fsmonitor false
  setting protocol.ext.allow never
  setting safe.directory '*'
  # Before user code the rest would be in the way of GitLab's clone: it asks a credential helper of its own, and submodules have
  # repositories of many shapes.
  if [ "$3" ]; then
    # A folder that was only made to look like a repository is none.
    setting safe.bareRepository explicit
    # An empty one ends the list of those before it.
    setting credential.helper ''
    # git looks for a repository where it stands and above: neither may lead into one that the job made around its project.
    cd "$2" || exit
    if [ "$4" ]; then
      export GIT_DIR="$4" GIT_WORK_TREE="$3"
    else
      export GIT_CEILING_DIRECTORIES="${3%/*}"
    fi
  elif command -v git-lfs >/dev/null 2>&1; then
    # The image has set it up for the home of its root. Without this, a clone would have pointers in place of large files.
    setting filter.lfs.process 'git-lfs filter-process'
    setting filter.lfs.smudge 'git-lfs smudge -- %f'
    setting filter.lfs.clean 'git-lfs clean -- %f'
    setting filter.lfs.required true
  fi
  export GIT_CONFIG_COUNT=$n
}
# Settings from the environment win over every file of a repository (git-config, ENVIRONMENT).
setting() {
  export "GIT_CONFIG_KEY_$n=$1" "GIT_CONFIG_VALUE_$n=$2"
  n=$((n + 1))
}
