# Leaves of a lasting workspace what the next job may find: the project's checkout, its objects, and its caches.
# argv: CLEAR BUILDS CACHE PROJECT
#   CLEAR          the program clear-workspace.sh
#   BUILDS CACHE   the volume's folders, which no job can replace
#   PROJECT        the project's path in both
#
# It runs in an init container, before anything of the job; whoever was here before may have left what it liked. No link is followed.
# What is kept is a list, so that nothing unknown stays: GitLab's `PROJECT.tmp` with variables and credentials, other folders of
# /builds, a repository's hooks, configuration and submodules, set-user-ID bits.
. ./shared/refuse.sh

cannot_scrub() {
  refuse 74 "an earlier job left $1 in a state that cannot be cleared"
}
# Of what is directly in $1 goes what the tests of find that follow pick.
sweep_out() {
  in=$1
  shift
  for mode in gently by_force; do
    find "$in" -mindepth 1 -maxdepth 1 "$@" -exec rm -rf {} + 2>/dev/null
    left=$(find "$in" -mindepth 1 -maxdepth 1 "$@" 2>/dev/null | head -n 1)
    if [ -z "$left" ]; then return; fi
    # A folder without rights; one that belongs to another user stays as it is.
    if [ "$mode" = gently ]; then
      find "$in" -mindepth 1 -maxdepth 1 "$@" -type d -exec chmod -R u+rwx {} + 2>/dev/null
    fi
  done
  cannot_scrub "$left"
}
# Below the volume's root $1 nothing stays but the folder $2; sets x to that folder, empty when there is none.
keep_only() {
  x=$1 rest=$2/
  while [ "$rest" ]; do
    next=${rest%%/*} rest=${rest#*/}
    case $next in
      # It would be a pattern: nothing is kept.
      *[][*?\\]*) next= ;;
    esac
    sweep_out "$x" ! -name "$next"
    x=$x/$next
    if [ -L "$x" ] || [ ! -d "$x" ]; then
      sweep_out "${x%/*}" -name "$next"
      x=
      return
    fi
    chmod u+rwx "$x" || cannot_scrub "$x"
  done
}

for x in "$2" "$3"; do
  # The volume's folders are a job's own where it runs as root; and whatever has the name of our test goes, or it would fail for good.
  chmod u+rwx "$x" 2>/dev/null
  sweep_out "$x" -name .writable
  if ! mkdir "$x/.writable" 2>/dev/null || ! rmdir "$x/.writable"; then
    refuse 72 "cannot write to $x as uid $(id -u), a volume of lasting_workspaces: its driver must give it to the group of fsGroup"
  fi
done

# Whoever filled it would otherwise keep every later job from working. Bytes and inodes; where df is missing, nothing is known.
is_full() {
  for option in -P -Pi; do
    used=$(df $option "$1" 2>/dev/null | sed -n 's/.* \([0-9]*\)%.*/\1/p')
    if [ "${used:-0}" -ge 90 ]; then return 0; fi
  done
  return 1
}
if is_full "$2"; then
  echo "The lasting workspace is full; everything in it is removed."
  sweep_out "$2"
  sweep_out "$3"
fi

keep_only "$3" "$4"
if [ "$x" ]; then
  find "$x" -type d ! -perm -700 -exec chmod u+rwx {} \;
  find "$x" ! -type d ! -type f -exec rm -f {} + || cannot_scrub "$x"
fi

keep_only "$2" "$4"
if [ -z "$x" ]; then exit 0; fi
p=$x g=$x/.git
# Repositories inside the project, submodules first of all: git clones none into a folder with files.
find "$p" -path "$g" -prune -o -name .git -prune -exec sh -c 'for git; do rm -rf "${git%/.git}"; done' sh {} + \
  2>/dev/null
# In one walk: what is left of them, folders without rights (git could not clean them), set-user-ID bits.
find "$p" -path "$g" -prune -o -name .git -prune -exec rm -rf {} + -o \
  -type d ! -perm -700 -exec chmod u+rwx {} \; -o \
  -type f \( -perm -4000 -o -perm -2000 \) -exec chmod ug-s {} + || cannot_scrub "$p"
sh -c "$1" sh "$2" "$3" "$4" '' '' || cannot_scrub "$p"
if [ -d "$g" ]; then
  find "$g" -type d ! -perm -700 -exec chmod u+rwx {} \;
  # The configuration is the one that CLEAR wrote, if any.
  sweep_out "$g" ! -name HEAD ! -name index ! -name 'sharedindex.*' ! -name objects ! -name refs ! -name packed-refs \
    ! -name shallow ! -name lfs ! -name reftable ! -name config
  find "$g" -path "$g/objects/info/*alternates" -exec rm -f {} + -o -path "$g/refs/*.lock" -exec rm -f {} + ||
    cannot_scrub "$g"
fi
