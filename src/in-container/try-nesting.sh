# What a tool that builds container images may do here, one answer a line: a name, then `ok`, or the words of who refused; `answered`
# last. Nothing is left.
# argv: FOLDER… (where its storage may lie; the first that there is, counts)
try() {
  name=$1
  shift
  if words=$("$@" 2>&1 </dev/null); then
    echo "$name ok"
  else
    printf '%s %s\n' "$name" "${words:-refused}" | head -n 1
  fi
}
# In a user namespace with one id, because a program without new privileges could not become root of one that gets its ids later.
nested() { unshare -U -r -m sh -c "$1"; }
# The ids are given from outside, all of them.
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
# A volume may give its group to what is made in it, and that namespace has no such id.
chgrp "$(id -g)" lower upper work merged
try unshare unshare -U true
try map map
try mount nested 'mount -t tmpfs none merged'
try overlay nested 'mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged && : >merged/file'
try pivot_root nested 'mount -t tmpfs none merged && mkdir merged/old && cd merged && pivot_root . old'
rm -rf "$d"
echo answered
