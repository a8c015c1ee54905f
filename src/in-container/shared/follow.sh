# Writes the spool to stdout until the script has ended.
# shellcheck disable=SC2034,SC2086,SC2154 # The names are those of shared/supervise-script.sh.
follow() {
  i=0
  while kill -0 $p 2>/dev/null; do
    cat <&3 || exit 250
    i=$((i + 1))
    # Most of GitLab's scripts are over before a person could tell.
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

# What is read now, nobody can exchange. Sets x to the end record.
finish() {
  cat <&3
  x=$(head -c 40 <&4)
}
