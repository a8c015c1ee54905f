# Waits for the file $1, which process 1 makes when its container takes work.
await_ready() {
  i=0
  while [ ! -e "$1" ] && [ $i -lt 100 ]; do
    i=$((i + 1))
    if [ $i -lt 12 ]; then sleep 0.01 2>/dev/null || sleep 1; else sleep 0.05 2>/dev/null || sleep 1; fi
  done
  [ -e "$1" ] || exit 97
}
