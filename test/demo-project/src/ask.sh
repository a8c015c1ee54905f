#!/bin/bash
# ask.sh HOST PORT   prints what a service answers; waits for it as long as it takes to start
for try in 1 2 3 4 5 6 7 8 9 10; do
  if bash -c "exec 3<>/dev/tcp/$1/$2 && cat <&3" 2>/dev/null; then
    exit 0
  fi
  echo "Try $try: $1 does not listen yet"
  sleep 0.5
done
exit 1
