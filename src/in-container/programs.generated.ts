// Written by `npm run programs` of the .sh files in this folder; change those. Comments and indentation stay there.

export const clearWorkspaceProgram = `plain() { [ -f "$1" ] && [ ! -L "$1" ]; }
(
cannot_clear() {
echo "ERROR: The job left $1 in a state that cannot be cleared, so GitLab's scripts do not run: what is left there could mislead them."
exit 1
}
own() { if [ -d "$1" ]; then chmod u+rwx "$1"; fi; }
gone() {
rm -rf "$1" 2>/dev/null
if [ -d "$1" ] && [ ! -L "$1" ]; then
chmod -R u+rwx "$1" 2>/dev/null
rm -rf "$1"
fi
if [ -e "$1" ] || [ -L "$1" ]; then cannot_clear "$1"; fi
}
down() {
x=$1 rest=$2/
while [ "$rest" ]; do
x=$x/\${rest%%/*} rest=\${rest#*/}
if [ -L "$x" ]; then
gone "$x"
echo "The job had replaced $x by a link; the link is removed."
fi
own "$x"
done
}
brief() {
if command -v timeout >/dev/null; then timeout 60 "$@"; else "$@"; fi
}
down "$2" "$3"
if [ -d "$x" ]; then
chmod -R u+rwx "$x" 2>/dev/null
find "$x" -type l -exec rm -f {} + 2>/dev/null
fi
down "$1" "$3"
gone "$x.tmp"
p=$x g=$x/.git
if [ -L "$g" ] || [ ! -d "$g" ]; then gone "$g"; fi
for x in objects refs info; do
if [ -L "$g/$x" ]; then gone "$g"; fi
done
own "$g"
own "$g/info"
says() {
plain "$g/config" && brief head -c 65536 "$g/config" 2>/dev/null | grep -iq "^[[:space:]]*$1\\$"
}
sha256='' reftable=''
if says 'objectformat = sha256'; then sha256=1; fi
if says 'refstorage = reftable'; then reftable=1; fi
if [ "$4" ]; then
rm -rf "$4"
if [ -d "$g/objects" ]; then
mkdir -p "$4/objects" "$4/refs"
echo 'ref: refs/heads/none' >"$4/HEAD"
{
printf '[core]\\n\\trepositoryformatversion = %d\\n' "\${sha256:-0}"
if [ "$sha256" ]; then printf '[extensions]\\n\\tobjectformat = sha256\\n'; fi
} >"$4/config"
for x in "$g/index" "$g"/sharedindex.*; do
if plain "$x"; then brief head -c 536870912 "$x" >"$4/\${x##*/}"; fi
done
fi
else
if [ -d "$p" ]; then find "$p" \\( -type p -o -type s \\) -exec rm -f {} + 2>/dev/null; fi
if [ -d "$g" ]; then find "$g" -type l -exec rm -f {} + 2>/dev/null; fi
fi
for x in config config.worktree hooks commondir info/attributes; do
gone "$g/$x"
done
if [ "$sha256$reftable" ]; then
(
set -C
{
printf '[core]\\n\\trepositoryformatversion = 1\\n\\tbare = false\\n[extensions]\\n'
if [ "$sha256" ]; then printf '\\tobjectformat = sha256\\n'; fi
if [ "$reftable" ]; then printf '\\trefstorage = reftable\\n'; fi
} >"$g/config"
) || cannot_clear "$g/config"
fi
if [ "$5" = forget ] && [ -d "$p" ]; then
chmod -R u+rwx "$p" 2>/dev/null
find "$p" -mindepth 2 -name .git -prune -exec rm -rf {} + || cannot_clear "$p"
fi
) || exit
set --`;

export const completeEnvironmentProgram = `if [ ! -d "\${HOME:-}" ] || [ ! -w "$HOME" ]; then export HOME="$1"; fi
if [ -z "\${USER:-}" ]; then
set -- "$(
while read -r key uid rest; do [ "$key" != Uid: ] || break; done </proc/self/status
while IFS=: read -r name rest id rest; do
[ "$id" != "\${uid:-?}" ] || {
echo "$name"
break
}
done 2>/dev/null </etc/passwd
)"
if [ "$1" ]; then export USER="$1"; fi
fi
if [ -z "\${LOGNAME:-}" ] && [ -n "\${USER:-}" ]; then export LOGNAME="$USER"; fi
set -- "\${GOPATH:-}"
if [ "$1" ] && [ ! -w "\${1%%:*}" ] && { [ -e "\${1%%:*}" ] || ! mkdir -p -- "\${1%%:*}" 2>/dev/null; }; then
export GOPATH="$HOME/go"
fi
set -- "\${CARGO_HOME:-}"
if [ "$1" ] && [ ! -w "$1" ] && { [ -e "$1" ] || ! mkdir -p -- "$1" 2>/dev/null; }; then
export CARGO_HOME="$HOME/.cargo"
fi
set -- ''
if command -v npm >/dev/null; then set -- "$(command -v npm)"; fi
if [ "$1" ] && [ ! -w "\${1%/*}" ] && [ -z "\${NPM_CONFIG_PREFIX:-}\${npm_config_prefix:-}\${NVM_DIR:-}" ]; then
export NPM_CONFIG_PREFIX="$HOME/.local"
if [ -z "\${NPM_CONFIG_GLOBALCONFIG:-}\${npm_config_globalconfig:-}" ] && [ -r "\${1%/bin/npm}/etc/npmrc" ]; then
export NPM_CONFIG_GLOBALCONFIG="\${1%/bin/npm}/etc/npmrc"
fi
fi
set -- ''
if command -v gem >/dev/null; then set -- "$(command -v gem)"; fi
if [ "$1" ] && [ ! -w "\${1%/*}" ] && [ -z "\${GEM_HOME:-}" ]; then export GEM_HOME="$HOME/.gem"; fi
set -- "\${CARGO_HOME:-$HOME/.cargo}/bin" "\${GOPATH:-$HOME/go}" "\${GEM_HOME:-$HOME/.gem}/bin"
set -- "$HOME/.local/bin:$1:\${2%%:*}/bin:$3"
set -- "$1:\${COMPOSER_HOME:-$HOME/.composer}/vendor/bin:$HOME/.config/composer/vendor/bin:$HOME/.dotnet/tools"
export PATH="\${PATH:-/usr/local/bin:/usr/bin:/bin}:$1"
set --`;

export const endProcessOneProgram = `kill -TERM 1`;

export const inspectBuildProgram = `await_ready() {
i=0
while [ ! -e "$1" ] && [ $i -lt 100 ]; do
i=$((i + 1))
if [ $i -lt 12 ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep 0.05 2>/dev/null || sleep 1; fi
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
inspect_build() {
await_ready "$1"
find_shell
if find_script_shell; then
[ "$("$s" -c "$2" 2>/dev/null </dev/null)" = A ] || echo 'quotes posix'
fi
echo answered
}
inspect_build "$1" "$2"`;

export const inspectHelperProgram = `await_ready() {
i=0
while [ ! -e "$1" ] && [ $i -lt 100 ]; do
i=$((i + 1))
if [ $i -lt 12 ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep 0.05 2>/dev/null || sleep 1; fi
done
[ -e "$1" ] || exit 97
}
find_shell() {
for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do
[ -x "$x" ] && echo "shell $x" && break
done
}
inspect_helper() {
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
echo answered
}
inspect_helper "$1" "$2"`;

export const makeDirectoryProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
mkdir -p "$1" || refuse 72 "cannot make $1"`;

export const processOneOfBuildProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
make_directories() {
umask 077
if ! command -v sleep >/dev/null || ! command -v mkdir >/dev/null; then
refuse 73 "this image has no sleep or no mkdir: no job can run in it"
fi
mkdir -p "$1" "$2" || refuse 72 "cannot write to \${1%/*}"
}
end_on_term() { exit 143; }
reap_and_wait() {
trap end_on_term TERM INT
: >"$1"
while :; do
sleep 3600 &
wait
done
}
make_directories "$1" "$2"
reap_and_wait "$3"`;

export const processOneOfHelperProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
prove_map() {
lines=0 map=
while read -r inside outside length rest; do
lines=$((lines + 1)) map="\${map:+$map; }$inside $outside $length\${rest:+ $rest}"
case "$outside:$length" in
*[!0-9:]* | :* | *: | 0:* | *:0) lines=9 ;;
*) [ "$inside" = 0 ] && [ -z "$rest" ] && [ $((outside % 65536)) -eq 0 ] && [ $((length % 65536)) -eq 0 ] || lines=9 ;;
esac
done <"$1"
[ $lines -eq 1 ] || refuse 71 "this pod has no user namespace of its own: $1 reads \\"$map\\""
}
prove_user_namespace() {
prove_map /proc/self/uid_map
uids=$map
prove_map /proc/self/gid_map
[ "$uids" = "$map" ] || refuse 71 "this pod has no user namespace of its own: uid_map and gid_map differ"
}
make_directories() {
umask 077
if ! command -v sleep >/dev/null || ! command -v mkdir >/dev/null; then
refuse 73 "this image has no sleep or no mkdir: no job can run in it"
fi
mkdir -p "$1" "$2" || refuse 72 "cannot write to \${1%/*}"
}
end_on_term() { exit 143; }
reap_and_wait() {
trap end_on_term TERM INT
: >"$1"
while :; do
sleep 3600 &
wait
done
}
[ "$5" = skip ] || prove_user_namespace
make_directories "$1" "$2"
mkdir -p "$4"
command -v gitlab-runner >/dev/null || {
found=$(command -v gitlab-runner-helper) && ln -sf "$found" "$4/gitlab-runner"
}
reap_and_wait "$3"`;

export const proveUserNamespaceProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
prove_map() {
lines=0 map=
while read -r inside outside length rest; do
lines=$((lines + 1)) map="\${map:+$map; }$inside $outside $length\${rest:+ $rest}"
case "$outside:$length" in
*[!0-9:]* | :* | *: | 0:* | *:0) lines=9 ;;
*) [ "$inside" = 0 ] && [ -z "$rest" ] && [ $((outside % 65536)) -eq 0 ] && [ $((length % 65536)) -eq 0 ] || lines=9 ;;
esac
done <"$1"
[ $lines -eq 1 ] || refuse 71 "this pod has no user namespace of its own: $1 reads \\"$map\\""
}
prove_user_namespace() {
prove_map /proc/self/uid_map
uids=$map
prove_map /proc/self/gid_map
[ "$uids" = "$map" ] || refuse 71 "this pod has no user namespace of its own: uid_map and gid_map differ"
}
prove_user_namespace`;

export const quoteTestProgram = `printf %s $'\\101'`;

export const runAndRecordProgram = `trap : TERM INT HUP
d=$1 s=$2 g=$3
shift 3
echo $$ \${g:-$$} >"$d/pid"
exec 4<"$d/spool" 5<>"$d/exit"
umask 022
count_kills() {
k=0
while read -r x l; do
[ "$x" != oom_kill ] || k=$l
done
}
q=
for c in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
if [ -z "$q" ] && [ -f "$c" ] && true <"$c"; then
exec 6<"$c" 7<"$c"
count_kills <&6
q=$k
fi
done 2>/dev/null
end_rest() {
h=$$ i=0 n=1
read -r m l </proc/self/stat
while [ "$n" ]; do
n='' o=' ' i=$((i + 1))
[ $i -lt 60 ] || h=-
for p in /proc/[0-9]*; do
p=\${p#/proc/}
read -r l </proc/$p/stat || continue
set -- \${l##*)}
case $1:$2:$p in [ZX]:* | *:$h:* | *:$$ | *:$m) continue ;; esac
case " 0$o" in *" $3 "*) continue ;; esac
a=$3
read -r l </proc/$a/stat && set -- \${l##*)} && [ $2 = 0 ] && o="$o$a " && continue
n=1
[ $i -lt 9 ] || kill -9 $p
done
[ -z "$n" ] || sleep 0.02 || {
sleep 1
i=$((i + 9))
}
done
}
if [ "$g" ]; then
"$s" -s -- "$@" 4<&- 5<&- 6<&- 7<&-
echo $? >&5
else
(
trap : TERM INT HUP
"$s" -s -- "$@" 2>&1 4<&- 5<&- 6<&- 7<&-
echo $? >&5
exec >/dev/null 2>&1
end_rest
) | (
trap '' TERM INT HUP
exec cat
)
fi
n=
while read -r x l; do [ "$x" != pos: ] || n=$l; done 2>/dev/null </proc/$$/fdinfo/1
[ "$n" ] || set -- $(wc -c <&4)
echo \${n:-\${1:-0}} >&5
if [ "$q" ]; then count_kills <&7; else k=0; fi
k=$((k - \${q:-0}))
[ $k -ge 0 ] || k=0
echo $k >&5`;

export const runFromStdinProgram = `x=$(head -c "$1")
[ \${#x} = "$1" ] || exit 250
shift
eval "$x"`;

export const scrubFirstProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
prove_map() {
lines=0 map=
while read -r inside outside length rest; do
lines=$((lines + 1)) map="\${map:+$map; }$inside $outside $length\${rest:+ $rest}"
case "$outside:$length" in
*[!0-9:]* | :* | *: | 0:* | *:0) lines=9 ;;
*) [ "$inside" = 0 ] && [ -z "$rest" ] && [ $((outside % 65536)) -eq 0 ] && [ $((length % 65536)) -eq 0 ] || lines=9 ;;
esac
done <"$1"
[ $lines -eq 1 ] || refuse 71 "this pod has no user namespace of its own: $1 reads \\"$map\\""
}
prove_user_namespace() {
prove_map /proc/self/uid_map
uids=$map
prove_map /proc/self/gid_map
[ "$uids" = "$map" ] || refuse 71 "this pod has no user namespace of its own: uid_map and gid_map differ"
}
[ "$6" = skip ] || prove_user_namespace
brief=''
if command -v timeout >/dev/null; then brief="timeout $7"; fi
$brief sh -c "$1" "$0" "$2" "$3" "$4" "$5"
code=$?
case $code in
0) ;;
72 | 74) exit $code ;;
*) refuse 74 "the lasting workspace was not scrubbed within $7 seconds (exit code $code)" ;;
esac
if [ "$8" ]; then mkdir -p "$8" || refuse 72 "cannot make $8"; fi`;

export const scrubWorkspaceProgram = `refuse() {
echo "$0: $2" >&2
exit "$1"
}
cannot_scrub() {
refuse 74 "an earlier job left $1 in a state that cannot be cleared"
}
sweep_out() {
in=$1
shift
for mode in gently by_force; do
find "$in" -mindepth 1 -maxdepth 1 "$@" -exec rm -rf {} + 2>/dev/null
left=$(find "$in" -mindepth 1 -maxdepth 1 "$@" 2>/dev/null | head -n 1)
if [ -z "$left" ]; then return; fi
if [ "$mode" = gently ]; then
find "$in" -mindepth 1 -maxdepth 1 "$@" -type d -exec chmod -R u+rwx {} + 2>/dev/null
fi
done
cannot_scrub "$left"
}
keep_only() {
x=$1 rest=$2/
while [ "$rest" ]; do
next=\${rest%%/*} rest=\${rest#*/}
case $next in
*[][*?\\\\]*) next= ;;
esac
sweep_out "$x" ! -name "$next"
x=$x/$next
if [ -L "$x" ] || [ ! -d "$x" ]; then
sweep_out "\${x%/*}" -name "$next"
x=
return
fi
chmod u+rwx "$x" || cannot_scrub "$x"
done
}
for x in "$2" "$3"; do
chmod u+rwx "$x" 2>/dev/null
sweep_out "$x" -name .writable
if ! mkdir "$x/.writable" 2>/dev/null || ! rmdir "$x/.writable"; then
refuse 72 "cannot write to $x as uid $(id -u), a volume of lasting_workspaces: its driver must give it to the group of fsGroup"
fi
done
is_full() {
for option in -P -Pi; do
used=$(df $option "$1" 2>/dev/null | sed -n 's/.* \\([0-9]*\\)%.*/\\1/p')
if [ "\${used:-0}" -ge 90 ]; then return 0; fi
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
find "$x" -type d ! -perm -700 -exec chmod u+rwx {} \\;
find "$x" ! -type d ! -type f -exec rm -f {} + || cannot_scrub "$x"
fi
keep_only "$2" "$4"
if [ -z "$x" ]; then exit 0; fi
p=$x g=$x/.git
find "$p" -path "$g" -prune -o -name .git -prune -exec sh -c 'for git; do rm -rf "\${git%/.git}"; done' sh {} + \\
2>/dev/null
find "$p" -path "$g" -prune -o -name .git -prune -exec rm -rf {} + -o \\
-type d ! -perm -700 -exec chmod u+rwx {} \\; -o \\
-type f \\( -perm -4000 -o -perm -2000 \\) -exec chmod ug-s {} + || cannot_scrub "$p"
sh -c "$1" sh "$2" "$3" "$4" '' '' || cannot_scrub "$p"
if [ -d "$g" ]; then
find "$g" -type d ! -perm -700 -exec chmod u+rwx {} \\;
sweep_out "$g" ! -name HEAD ! -name index ! -name 'sharedindex.*' ! -name objects ! -name refs ! -name packed-refs \\
! -name shallow ! -name lfs ! -name reftable ! -name config
find "$g" -path "$g/objects/info/*alternates" -exec rm -f {} + -o -path "$g/refs/*.lock" -exec rm -f {} + ||
cannot_scrub "$g"
fi`;

export const serveScriptsProgram = `say() { echo "$@" >&2; }
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
end_everything() {
kill -9 -1
[ -r /proc/1/stat ] || return 0
i=0
until alone; do
i=$((i + 1))
[ $i -lt 100 ] || return 1
[ $i -gt 3 ] || continue
sleep 0.02 || {
sleep 1
i=$((i + 20))
}
kill -9 -1
done
}
find_script_shell() {
for s in /usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh; do
[ -x "$s" ] && return
done
return 1
}
quit() {
say fail "$1"
exit 250
}
nap() { sleep "$1" 2>/dev/null || sleep 1; }
remove_earlier() {
set --
for x in "$c"/run-*; do
case $x in "$d"* | "$c/run-*") continue ;; esac
if [ -d "$x" ]; then
[ -e "$x/exit" ] || true >"$x/exit"
x="$x/spool"
fi
set -- "$@" "$x"
done
[ $# = 0 ] || rm -rf "$@"
}
receive() {
head -c $n 2>/dev/null >$u || quit disk
if command -v sha256sum >/dev/null; then
x=$(sha256sum <$u)
[ "\${x%% *}" = "$h" ] && return
else
say note no-sha256sum
x=$(wc -c <$u)
[ $((x)) = "$n" ] && return
fi
rm -f $u
quit upload
}
start() {
[ "$z" ] || remove_earlier
u=$d.$$
receive
find_script_shell || quit shell
if ! mkdir $d 2>/dev/null; then
rm -f $u
[ -d $d ] || quit disk
return
fi
[ "$z" ] || end_everything || say note survivors
if ! true >$d/spool || ! echo ---------------------------------------- >$d/exit; then quit disk; fi
exec 3<$d/spool 5<$u 4<$d/exit
[ "$r" ] || r=$(while IFS= read -r x && [ "$x" ]; do printf '%s\\n' "$x"; done <&5)
x=setsid g=''
command -v setsid >/dev/null || {
say note no-setsid
x='' g=$$
}
$e $x sh -c "$r" sh "$d" "$s" "$g" "$@" <&5 >>$d/spool 2>&1 3<&- 4<&- 5<&- 9<&- &
p=$!
}
find_script() {
i=0
until plain $d/pid && [ -s $d/pid ]; do
i=$((i + 1))
[ $i -gt 100 ] && quit stuck
nap 0.05
done
set -- $(head -c 40 $d/pid)
p=$1 g=$2
case $p:$g in *[!0-9:]* | :* | *:) quit unknown ;; esac
end_followers
if ! plain $d/spool || ! plain $d/exit; then quit unknown; fi
exec 3<$d/spool 4<$d/exit
}
end_followers() {
for q in /proc/[0-9]*; do
q=\${q#/proc/}
read -r l </proc/$q/stat || continue
set -- \${l##*)}
case $2:$q in 0:1 | 0:$$ | [!0]*) continue ;; esac
case $(tr '\\0' ' ' </proc/$q/cmdline) in *[tw]" $d "* | *" held"*" $c "*)
if [ $q = "$g" ]; then kill -9 $q; else kill -9 -$q; fi
;;
esac
done
}
report() {
finish
set -- $x
case $1:$2:$3 in *[!0-9:]* | :* | *::* | *:) quit killed ;; esac
[ $3 = 0 ] || say oom $3
say end $1 $2
k=$1
}
supervise() {
[ -d $d ] || quit unknown
[ "$p" ] || find_script
say begun
[ $o = 0 ] || dd bs=1 skip=$o count=0 <&3 >/dev/null 2>&1 || say note no-dd
follow
z=
[ $i$u = 0 ] || { end_everything && z=1; } || say note survivors
report
}
forward() {
if [ -e /proc/$$/fd/3 ] && [ ! -s /proc/$$/fd/3 ]; then return; fi
if [ /proc/$$/fd/6 -nt /proc/$$/fd/3 ]; then return; fi
echo >&6
cat <&3 || exit 250
} 2>/dev/null
pause() {
trap : USR1
while :; do
nap 0.05
kill -USR1 $$
done >/dev/null 2>&1 3<&- 4<&- 5<&- 6>&- 9<&- &
t=$!
wait "$p"
kill $t
}
follow() {
i=0
while kill -0 "$p" 2>/dev/null; do
forward
i=$((i + 1))
if [ $i -lt 6 ]; then
pause
elif [ $i = 6 ]; then
follow_by_tail
else
nap 0.1
fi
done
}
finish() {
if [ -s /proc/$$/fd/3 ] || [ ! -e /proc/$$/fd/3 ]; then cat <&3; fi
if [ "$way" = held ]; then
x=
while read -r y; do x="$x $y"; done <&4
else
x=$(head -c 40 <&4)
fi
}
follow_by_tail() {
q=
case $(tail --version 2>/dev/null) in *GNU*)
while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3
;;
esac
if [ "$q" ]; then
tail -c +$((q + 1)) -s 0.1 -f --pid=$p /proc/self/fd/3 2>/dev/null
kill -0 $p 2>/dev/null && exit 250
exec 3</dev/null
else
say note no-tail
fi
}
await_ready() {
i=0
while [ ! -e "$1" ] && [ $i -lt 100 ]; do
i=$((i + 1))
if [ $i -lt 12 ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep 0.05 2>/dev/null || sleep 1; fi
done
[ -e "$1" ] || exit 97
}
find_shell() {
for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do
[ -x "$x" ] && echo "shell $x" && break
done
}
inspect_helper() {
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
echo answered
}
inspect_build() {
await_ready "$1"
find_shell
if find_script_shell; then
[ "$("$s" -c "$2" 2>/dev/null </dev/null)" = A ] || echo 'quotes posix'
fi
echo answered
}
set_env() {
export PATH="$1:$PATH" HOME="$2"
unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV
n=0
setting core.hooksPath /dev/null
setting core.fsmonitor false
setting protocol.ext.allow never
setting safe.directory '*'
if [ "$3" ]; then
setting safe.bareRepository explicit
setting credential.helper ''
cd "$2" || exit
if [ "$4" ]; then
export GIT_DIR="$4" GIT_WORK_TREE="$3"
else
export GIT_CEILING_DIRECTORIES="\${3%/*}"
fi
elif command -v git-lfs >/dev/null 2>&1; then
setting filter.lfs.process 'git-lfs filter-process'
setting filter.lfs.smudge 'git-lfs smudge -- %f'
setting filter.lfs.clean 'git-lfs clean -- %f'
setting filter.lfs.required true
fi
export GIT_CONFIG_COUNT=$n
}
setting() {
export "GIT_CONFIG_KEY_$n=$1" "GIT_CONFIG_VALUE_$n=$2"
n=$((n + 1))
}
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
if [ "$z" ]; then remove_earlier & fi
if [ -d "$d" ]; then head -c "$n" <&9 >/dev/null; else start "$@" <&9; fi
[ "$way" = held ] || exec 9<&-
supervise
[ "$way" = held ] || exit "$k"
exec 3<&- 4<&- 5<&-
printf %s "$mark"
say ended "$mark" "$k"
done`;

export const stopAndDrainProgram = `if [ -e "$1/exit" ] && [ ! -e "$1/spool" ]; then exit 1; fi
if [ "$2" = 0 ]; then kill -9 -1; else kill -TERM -1; fi
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
end_everything() {
kill -9 -1
[ -r /proc/1/stat ] || return 0
i=0
until alone; do
i=$((i + 1))
[ $i -lt 100 ] || return 1
[ $i -gt 3 ] || continue
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
end_everything || exit 1
say stopped
if [ "$o" != - ] && plain "$d/spool"; then
exec 3<"$d/spool"
[ "$o" = 0 ] || dd bs=1 skip="$o" count=0 <&3 >/dev/null 2>&1
cat <&3
fi`;

export const superviseProgram = `say() { echo "$@" >&2; }
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
end_everything() {
kill -9 -1
[ -r /proc/1/stat ] || return 0
i=0
until alone; do
i=$((i + 1))
[ $i -lt 100 ] || return 1
[ $i -gt 3 ] || continue
sleep 0.02 || {
sleep 1
i=$((i + 20))
}
kill -9 -1
done
}
find_script_shell() {
for s in /usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh; do
[ -x "$s" ] && return
done
return 1
}
quit() {
say fail "$1"
exit 250
}
nap() { sleep "$1" 2>/dev/null || sleep 1; }
remove_earlier() {
set --
for x in "$c"/run-*; do
case $x in "$d"* | "$c/run-*") continue ;; esac
if [ -d "$x" ]; then
[ -e "$x/exit" ] || true >"$x/exit"
x="$x/spool"
fi
set -- "$@" "$x"
done
[ $# = 0 ] || rm -rf "$@"
}
receive() {
head -c $n 2>/dev/null >$u || quit disk
if command -v sha256sum >/dev/null; then
x=$(sha256sum <$u)
[ "\${x%% *}" = "$h" ] && return
else
say note no-sha256sum
x=$(wc -c <$u)
[ $((x)) = "$n" ] && return
fi
rm -f $u
quit upload
}
start() {
[ "$z" ] || remove_earlier
u=$d.$$
receive
find_script_shell || quit shell
if ! mkdir $d 2>/dev/null; then
rm -f $u
[ -d $d ] || quit disk
return
fi
[ "$z" ] || end_everything || say note survivors
if ! true >$d/spool || ! echo ---------------------------------------- >$d/exit; then quit disk; fi
exec 3<$d/spool 5<$u 4<$d/exit
[ "$r" ] || r=$(while IFS= read -r x && [ "$x" ]; do printf '%s\\n' "$x"; done <&5)
x=setsid g=''
command -v setsid >/dev/null || {
say note no-setsid
x='' g=$$
}
$e $x sh -c "$r" sh "$d" "$s" "$g" "$@" <&5 >>$d/spool 2>&1 3<&- 4<&- 5<&- 9<&- &
p=$!
}
find_script() {
i=0
until plain $d/pid && [ -s $d/pid ]; do
i=$((i + 1))
[ $i -gt 100 ] && quit stuck
nap 0.05
done
set -- $(head -c 40 $d/pid)
p=$1 g=$2
case $p:$g in *[!0-9:]* | :* | *:) quit unknown ;; esac
end_followers
if ! plain $d/spool || ! plain $d/exit; then quit unknown; fi
exec 3<$d/spool 4<$d/exit
}
end_followers() {
for q in /proc/[0-9]*; do
q=\${q#/proc/}
read -r l </proc/$q/stat || continue
set -- \${l##*)}
case $2:$q in 0:1 | 0:$$ | [!0]*) continue ;; esac
case $(tr '\\0' ' ' </proc/$q/cmdline) in *[tw]" $d "* | *" held"*" $c "*)
if [ $q = "$g" ]; then kill -9 $q; else kill -9 -$q; fi
;;
esac
done
}
report() {
finish
set -- $x
case $1:$2:$3 in *[!0-9:]* | :* | *::* | *:) quit killed ;; esac
[ $3 = 0 ] || say oom $3
say end $1 $2
k=$1
}
supervise() {
[ -d $d ] || quit unknown
[ "$p" ] || find_script
say begun
[ $o = 0 ] || dd bs=1 skip=$o count=0 <&3 >/dev/null 2>&1 || say note no-dd
follow
z=
[ $i$u = 0 ] || { end_everything && z=1; } || say note survivors
report
}
follow() {
i=0
while kill -0 $p 2>/dev/null; do
cat <&3 || exit 250
i=$((i + 1))
if [ $i -lt 4 ]; then
nap 0.002
elif [ $i -lt 8 ]; then
nap 0.01
elif [ $i -lt 12 ]; then
nap 0.04
elif [ $i = 12 ]; then
follow_by_tail
else
nap 0.1
fi
done
}
finish() {
cat <&3
x=$(head -c 40 <&4)
}
follow_by_tail() {
q=
case $(tail --version 2>/dev/null) in *GNU*)
while read -r x y; do [ "$x" = pos: ] && q=$y; done 2>/dev/null </proc/$$/fdinfo/3
;;
esac
if [ "$q" ]; then
tail -c +$((q + 1)) -s 0.1 -f --pid=$p /proc/self/fd/3 2>/dev/null
kill -0 $p 2>/dev/null && exit 250
exec 3</dev/null
else
say note no-tail
fi
}
m=$1 d=$2 o=$3 n=$4 h=$5
c=\${d%/*}
unset p g u e r z
umask 077
if [ "$m" = start ]; then
shift 5
if [ -d "$d" ]; then head -c "$n" >/dev/null; else start "$@"; fi
fi
exec </dev/null
supervise
exit "$k"`;

export const tryClosedWaysProgram = `for url; do
[ "$url" != api ] || url="https://\${KUBERNETES_SERVICE_HOST:-}:\${KUBERNETES_SERVICE_PORT:-443}/"
case $url in 'https://:'*) continue ;; esac
words=$(LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' timeout 5 git -c credential.helper= -c http.sslVerify=false ls-remote "$url" 2>&1 </dev/null)
code=$?
case $words in
*'requested URL returned error'* | *'not found'* | *'uthentication failed'* | *'could not read Username'* | *SSL* | *'not valid: is this a git'*) echo "way $url open" ;;
*) [ $code = 127 ] || echo "way $url closed" ;;
esac
done
echo answered`;

export const tryNestingProgram = `try() {
name=$1
shift
if words=$("$@" 2>&1 </dev/null); then
echo "$name ok"
else
printf '%s %s\\n' "$name" "\${words:-refused}" | head -n 1
fi
}
nested() { unshare -U -r -m sh -c "$1"; }
map() {
unshare -U sleep 9 &
n=0
while [ "$(readlink "/proc/$!/ns/user")" = "$(readlink /proc/self/ns/user)" ]; do
n=$((n + 1))
[ $n -lt 90 ] || break
sleep 0.1
done
n=1
if echo '0 0 65536' >"/proc/$!/uid_map" && echo '0 0 65536' >"/proc/$!/gid_map"; then n=0; fi
kill $!
return $n
}
while read -r key value rest; do
case $key in Uid: | CapEff: | Seccomp:) echo "$key $value" ;; esac
done </proc/self/status
for f in /proc/self/attr/apparmor/current /proc/self/attr/current; do
if read -r label rest <$f; then
echo "label $label $rest"
break
fi
done 2>/dev/null
d=
for f; do
[ -d "$f" ] && [ -w "$f" ] && d=$f && break
done
echo "storage $d"
d=$(mktemp -d "$d/try-nesting-XXXXXX")
cd "$d" || exit
mkdir lower upper work merged
chgrp "$(id -g)" lower upper work merged
try unshare unshare -U true
try map map
try mount nested 'mount -t tmpfs none merged'
try overlay nested 'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged && : >merged/file'
try pivot_root nested 'mount -t tmpfs none merged && mkdir merged/old && cd merged && pivot_root . old'
rm -rf "$d"
echo answered`;

export const tryWayOutProgram = `getent hosts "$1" 2>/dev/null </dev/null | while read -r address rest; do echo "address $address"; done
command -v git >/dev/null || echo no-git
LC_ALL=C GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' git -c credential.helper= -c http.sslVerify=false ls-remote "$2" 2>&1 >/dev/null </dev/null |
while read -r line; do
n=$((\${n:-0} + 1))
[ $n -gt 5 ] || echo "git $line"
done
echo answered`;

export const withHelperEnvironmentProgram = `set_env() {
export PATH="$1:$PATH" HOME="$2"
unset LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV
n=0
setting core.hooksPath /dev/null
setting core.fsmonitor false
setting protocol.ext.allow never
setting safe.directory '*'
if [ "$3" ]; then
setting safe.bareRepository explicit
setting credential.helper ''
cd "$2" || exit
if [ "$4" ]; then
export GIT_DIR="$4" GIT_WORK_TREE="$3"
else
export GIT_CEILING_DIRECTORIES="\${3%/*}"
fi
elif command -v git-lfs >/dev/null 2>&1; then
setting filter.lfs.process 'git-lfs filter-process'
setting filter.lfs.smudge 'git-lfs smudge -- %f'
setting filter.lfs.clean 'git-lfs clean -- %f'
setting filter.lfs.required true
fi
export GIT_CONFIG_COUNT=$n
}
setting() {
export "GIT_CONFIG_KEY_$n=$1" "GIT_CONFIG_VALUE_$n=$2"
n=$((n + 1))
}
set_env "$@"
shift 4
exec "$@"`;
