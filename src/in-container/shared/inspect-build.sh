# shellcheck disable=SC2154 # shared/find-script-shell.sh sets s.
# The last look at the build container before the first job byte: where its shell is, and whether the one that will run the
# scripts reads GitLab's quotes. One answer a line, `answered` last: a status alone may be made up.
# $1: ready file; $2: the text of quote-test.sh.
inspect_build() {
  await_ready "$1"
  find_shell
  if find_script_shell; then
    [ "$("$s" -c "$2" 2>/dev/null </dev/null)" = A ] || echo 'quotes posix'
  fi
  echo answered
}
