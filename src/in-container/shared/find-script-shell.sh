# Sets s to what runs the scripts: the first shell at the places where GitLab's own executors look for one.
find_script_shell() {
  for s in /usr/local/bin/bash /usr/bin/bash /bin/bash /usr/local/bin/sh /usr/bin/sh /bin/sh /busybox/sh; do
    [ -x "$s" ] && return
  done
  return 1
}
