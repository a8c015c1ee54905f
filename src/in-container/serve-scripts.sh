# Starts scripts and follows them as supervise.sh does, one after the other, for as long as its connection lives.
# argv: `held` DIRECTORY ENVIRONMENT BIN HOME
#   DIRECTORY    of all scripts
#   ENVIRONMENT  the text of with-helper-environment.sh, and what it calls BIN and HOME
# stdin, for each script: a line each MARK, DIRECTORY, BYTES, SHA256 (as supervise.sh has them), PROJECT, REPOSITORY (as
# with-helper-environment.sh has them), how many WORDs, each WORD; then the BYTES. Nothing more is sent before the script's end: MARK on
# stdout, behind the last byte of its log, and `ended MARK CODE` on stderr.
# shellcheck disable=SC2034,SC2154 # The names are those of shared/supervise-script.sh.
. ./shared/say.sh
. ./shared/plain.sh
. ./shared/end-everything.sh
. ./shared/find-script-shell.sh
. ./shared/supervise-script.sh

within() { exec sh -c "$environment" sh "$bin" "$home" "$project" "$repository" "$@"; }
line() { IFS= read -r "$1" <&9 || quit upload; }

unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV
c=$2 environment=$3 bin=$4 home=$5 e=within
o=0
umask 077
cd / || exit
exec 9<&0 </dev/null
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
  if [ -d "$d" ]; then head -c "$n" <&9 >/dev/null; else start "$@" <&9; fi
  supervise
  exec 3<&- 4<&- 5<&-
  printf %s "$mark"
  say ended "$mark" "$k"
done
