# Starts scripts as supervise.sh does, and follows them, over an exec that was opened before they were there.
# argv: WAY DIRECTORY READY-FILE BIN HOME
#   WAY         `held`: in the helper, one script after the other, for as long as the connection lives;
#               `held-once`: in the build container, one script, with whose exit code it ends
#   DIRECTORY   of all scripts
#   READY-FILE  to inspect the container first, as inspect-helper.sh or inspect-build.sh; empty: only `answered` is said
#   BIN, HOME   as shared/set-environment.sh has them
# Before it stand r, the text of run-and-record.sh, and quote_test, that of quote-test.sh.
# stdin, once `answered` is said, for each script: a line each MARK, DIRECTORY, BYTES, SHA256 (as supervise.sh has them), PROJECT,
# REPOSITORY (as shared/set-environment.sh has them), how many WORDs, each WORD; then the BYTES, without run-and-record.sh. Nothing
# more is sent before the script's end. `held` tells that by MARK on stdout, behind the last byte of the log, and `ended MARK CODE` on
# stderr.
# shellcheck disable=SC2034,SC2154 # The names are those of shared/supervise-script.sh, and of what stands before.
. ./shared/say.sh
. ./shared/plain.sh
. ./shared/end-everything.sh
. ./shared/find-script-shell.sh
. ./shared/supervise-script.sh
. ./shared/follow-closely.sh
. ./shared/follow-by-tail.sh
. ./shared/await-ready.sh
. ./shared/find-shell.sh
. ./shared/inspect-helper.sh
. ./shared/inspect-build.sh
. ./shared/set-environment.sh

# In the child that becomes the script.
become() {
  exec 6>&-
  [ "$way" != held ] || set_env "$bin" "$home" "$project" "$repository"
  exec "$@"
}
line() { IFS= read -r "$1" <&9 || quit upload; }

way=$1 c=$2 ready=$3 bin=$4 home=$5
o=0 z='' e=become
umask 077
exec 6>"$c/seen-$$" 9<&0 </dev/null
if [ "$way" = held ]; then
  unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV
  cd / || exit
fi
if [ -z "$ready" ]; then
  echo answered
elif [ "$way" = held ]; then
  (inspect_helper "$ready" "$bin") || exit
else
  (inspect_build "$ready" "$quote_test") || exit
fi
while IFS= read -r mark <&9; do
  line d
  line n
  line h
  line project
  line repository
  line words
  set --
  while [ $# -lt "$words" ]; do
    line x
    set -- "$@" "$x"
  done
  p='' g='' u=''
  # What start would wait for otherwise.
  if [ "$z" ]; then remove_earlier & fi
  if [ -d "$d" ]; then head -c "$n" <&9 >/dev/null; else start "$@" <&9; fi
  [ "$way" = held ] || exec 9<&-
  supervise
  [ "$way" = held ] || exit "$k"
  exec 3<&- 4<&- 5<&-
  printf %s "$mark"
  say ended "$mark" "$k"
done
