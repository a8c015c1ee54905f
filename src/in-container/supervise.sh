# Starts a script unless that was done before, and follows its output: docs/stream.md tells the protocol.
# argv: MODE DIRECTORY OFFSET [BYTES SHA256 WORD…]
#   MODE       `start` reads BYTES from stdin and starts the script in them unless that was done before; `follow` only follows
#   DIRECTORY  this sub-stage's own place in the control volume, with a name nobody can guess
#   OFFSET     output goes to stdout from this byte of the spool on
#   WORD…      what the script finds in `$1` and so on
# stdin: run-and-record.sh, for which argv has no room, an empty line, the script.
#
# After `begun` it opens no file that the job could have put there; until then the caller waits for a limited time.
# shellcheck disable=SC2034 # The names are those of shared/supervise-script.sh.
. ./shared/say.sh
. ./shared/plain.sh
. ./shared/end-everything.sh
. ./shared/find-script-shell.sh
. ./shared/supervise-script.sh
. ./shared/follow.sh
. ./shared/follow-by-tail.sh

m=$1 d=$2 o=$3 n=$4 h=$5
c=${d%/*}
unset p g u e r z
umask 077
if [ "$m" = start ]; then
  shift 5
  if [ -d "$d" ]; then head -c "$n" >/dev/null; else start "$@"; fi
fi
exec </dev/null
supervise
exit "$k"
