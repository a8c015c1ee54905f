# Ends everything in the container but PID 1, soon after GRACE seconds, says so, and then prints the spool from byte
# OFFSET on (`-`: nothing of it). It opens nothing of the job's before everything is ended. A script that had not started yet
# never will: we hold its lock.
# argv: DIRECTORY GRACE OFFSET
#
# A busy node may begin this only when the next sub-stage has begun, which leaves nothing but the end record of ours: what runs then is
# not ours to end.
if [ -e "$1/exit" ] && [ ! -e "$1/spool" ]; then exit 1; fi
if [ "$2" = 0 ]; then kill -9 -1; else kill -TERM -1; fi
. ./shared/say.sh
. ./shared/plain.sh
. ./shared/end-everything.sh
d=$1 g=$2 o=$3
umask 077
mkdir "$d" 2>/dev/null && g=0
i=0
until alone || [ $i -ge $((g * 10)) ]; do
  i=$((i + 1))
  sleep 0.1 2>/dev/null || {
    sleep 1
    i=$((i + 9))
  }
done
end_everything || exit 1
say stopped
if [ "$o" != - ] && plain "$d/spool"; then
  exec 3<"$d/spool"
  [ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1
  cat <&3
fi
