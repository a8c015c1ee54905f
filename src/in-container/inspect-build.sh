# The last look at the build container before the first job byte: where its shell is, and whether the one that will run the
# scripts reads GitLab's quotes. One answer a line, `answered` last: a status alone may be made up.
# argv: READY-FILE QUOTE-TEST (the text of quote-test.sh)
. ./shared/await-ready.sh
. ./shared/find-shell.sh
. ./shared/find-script-shell.sh

await_ready "$1"
find_shell
if find_script_shell; then
  [ "$("$s" -c "$2" 2>/dev/null)" = A ] || echo 'quotes posix'
fi
echo answered
