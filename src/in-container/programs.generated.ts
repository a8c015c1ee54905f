// Written by `npm run programs` of the .sh files in this folder; change those. Comments and indentation stay there.

export const countOomKillsProgram = `cat /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control 2>/dev/null
exit 0`;

export const endProcessOneProgram = `kill -TERM 1`;

export const inspectBuildProgram = `await_ready() {
i=0
while [ ! -e "$1" ] && [ $i -lt 100 ]; do
i=$((i + 1))
sleep 0.05 2>/dev/null || sleep 1
done
[ -e "$1" ] || exit 97
}
find_shell() {
for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do
[ -x "$x" ] && echo "shell $x" && break
done
}
find_script_shell() {
for s in /usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh; do
[ -x "$s" ] && return
done
return 1
}
await_ready "$1"
find_shell
if find_script_shell; then
[ "$("$s" -c "$2" 2>/dev/null)" = A ] || echo 'quotes posix'
fi
echo answered`;

export const inspectHelperProgram = `await_ready() {
i=0
while [ ! -e "$1" ] && [ $i -lt 100 ]; do
i=$((i + 1))
sleep 0.05 2>/dev/null || sleep 1
done
[ -e "$1" ] || exit 97
}
find_shell() {
for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do
[ -x "$x" ] && echo "shell $x" && break
done
}
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
echo answered`;

export const quoteTestProgram = `printf %s $'\\101'`;

export const stopAndDrainProgram = `if [ "$2" = 0 ]; then kill -9 -1; else kill -TERM -1; fi
say() { echo "$@" >&2; }
plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
alone() {
read -r l </proc/1/stat || return 1
set -- \${l##*)}
a=$3 b=
for q in /proc/[0-9]*; do
q=\${q#/proc/}
if [ "$q" = $$ ]; then
b=1
elif read -r l </proc/$q/stat; then
set -- \${l##*)}
case $1:$3 in [ZX]:* | *:$a) ;; *) return 1 ;; esac
elif [ -d "/proc/$q" ]; then
return 1
fi
done
[ "$b" ]
}
reap() {
kill -9 -1
[ -r /proc/1/stat ] || return 0
i=0
until alone; do
i=$((i + 1))
[ $i -lt 100 ] || return 1
sleep 0.02 || {
sleep 1
i=$((i + 20))
}
kill -9 -1
done
}
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
reap || exit 1
say stopped
if [ "$o" != - ] && plain "$d/spool"; then
exec 3<"$d/spool"
[ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1
cat <&3
fi`;
