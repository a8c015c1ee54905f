# Takes away what a helper script would source, run or be led astray by, once user code had the workspace.
# argv: BUILDS CACHE PROJECT REPOSITORY NESTED
#   BUILDS, CACHE  the volumes' roots, which the job cannot replace
#   PROJECT        the project's path in both
#   REPOSITORY     where to make one of ours in place of the project's (no container but the helper writes there); empty: the script
#                  works in the project's own
#   NESTED         `forget`: no submodule is left either; the script would run the filters of their configurations
#
# GitLab's scripts source `PROJECT.tmp/gitlab_runner_env`, write file variables into the same folder, and run git in the project.
# Each is rewritten or not needed after the user's scripts, so all of it goes, and no link is followed on the way. It runs once: the
# script that follows may write into the same places. A place that cannot be cleared (a folder made unwritable, say) ends it with an
# error.
#
# It stands before the script, in its shell: a subshell, so that the script finds none of its names, and without its parameters.
. ./shared/plain.sh

(
  cannot_clear() {
    echo "ERROR: The job left $1 in a state that cannot be cleared, so GitLab's scripts do not run: what is left there could mislead them."
    exit 1
  }
  # The uid is the job's, so what the job made unwritable can be made writable again.
  own() { if [ -d "$1" ]; then chmod u+rwx "$1"; fi; }
  gone() {
    rm -rf "$1" 2>/dev/null
    if [ -d "$1" ] && [ ! -L "$1" ]; then
      chmod -R u+rwx "$1" 2>/dev/null
      rm -rf "$1"
    fi
    if [ -e "$1" ] || [ -L "$1" ]; then cannot_clear "$1"; fi
  }
  # From the volume's root $1 down to $2, the project's place in it; sets x to that place.
  down() {
    x=$1 rest=$2/
    while [ "$rest" ]; do
      x=$x/${rest%%/*} rest=${rest#*/}
      if [ -L "$x" ]; then
        gone "$x"
        echo "The job had replaced $x by a link; the link is removed."
      fi
      own "$x"
    done
  }
  # For what was a file when we looked: a service that the job let into its workspace may have put a pipe there since.
  brief() {
    if command -v timeout >/dev/null; then timeout 60 "$@"; else "$@"; fi
  }

  # Only archives belong there, and GitLab's helper writes through a link. What another uid owns, this job did not plant.
  down "$2" "$3"
  if [ -d "$x" ]; then
    chmod -R u+rwx "$x" 2>/dev/null
    find "$x" -type l -exec rm -f {} + 2>/dev/null
  fi

  down "$1" "$3"
  gone "$x.tmp"
  p=$x g=$x/.git
  # A `.git` that is a link or a file leads git to another place of the job's choice, and so does a link inside it.
  if [ -L "$g" ] || [ ! -d "$g" ]; then gone "$g"; fi
  for x in objects refs info; do
    if [ -L "$g/$x" ]; then gone "$g"; fi
  done
  own "$g"
  own "$g/info"

  # git misreads a repository whose format it does not know (every file of a sha256 one is untracked then), and only the repository's
  # own configuration can tell it. Of that file nothing is taken over but the answer to two questions, in the words that git writes.
  # A configuration that git made is a few hundred bytes; one of a job may have no end.
  says() {
    plain "$g/config" && brief head -c 65536 "$g/config" 2>/dev/null | grep -iq "^[[:space:]]*$1\$"
  }
  sha256='' reftable=''
  if says 'objectformat = sha256'; then sha256=1; fi
  if says 'refstorage = reftable'; then reftable=1; fi

  if [ "$4" ]; then
    # A copy of the project's index is all it takes to list untracked files. What else is in its `.git` may keep whoever opens it
    # waiting, run a program, or be exchanged by a service while git works. Without a repository there is none of ours either, so that
    # git says so.
    rm -rf "$4"
    if [ -d "$g/objects" ]; then
      mkdir -p "$4/objects" "$4/refs"
      echo 'ref: refs/heads/none' >"$4/HEAD"
      {
        printf '[core]\n\trepositoryformatversion = %d\n' "${sha256:-0}"
        if [ "$sha256" ]; then printf '[extensions]\n\tobjectformat = sha256\n'; fi
      } >"$4/config"
      for x in "$g/index" "$g"/sharedindex.*; do
        # 512 MiB: the index of some millions of files; it must fit into the helper's control volume.
        if plain "$x"; then brief head -c 536870912 "$x" >"$4/${x##*/}"; fi
      done
    fi
  else
    # What keeps whoever opens it waiting goes, and so do links out of `.git`.
    if [ -d "$p" ]; then find "$p" \( -type p -o -type s \) -exec rm -f {} + 2>/dev/null; fi
    if [ -d "$g" ]; then find "$g" -type l -exec rm -f {} + 2>/dev/null; fi
  fi

  for x in config config.worktree hooks commondir info/attributes; do
    gone "$g/$x"
  done
  if [ "$sha256$reftable" ]; then
    (
      # Through no link: the file must be new.
      set -C
      {
        printf '[core]\n\trepositoryformatversion = 1\n\tbare = false\n[extensions]\n'
        if [ "$sha256" ]; then printf '\tobjectformat = sha256\n'; fi
        if [ "$reftable" ]; then printf '\trefstorage = reftable\n'; fi
      } >"$g/config"
    ) || cannot_clear "$g/config"
  fi

  if [ "$5" = forget ] && [ -d "$p" ]; then
    chmod -R u+rwx "$p" 2>/dev/null
    find "$p" -mindepth 2 -name .git -prune -exec rm -rf {} + || cannot_clear "$p"
  fi
) || exit
set --
