# Where our own programs find a shell from now on: an absolute path, found before user code could touch it.
find_shell() {
  for x in /bin/sh /usr/bin/sh /usr/local/bin/sh /busybox/sh; do
    [ -x "$x" ] && echo "shell $x" && break
  done
}
