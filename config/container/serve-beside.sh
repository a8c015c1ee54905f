#!/bin/sh
# Keeps a resident beside GitLab Runner where no systemd does it, in a container above all (docs/operator-guide.md):
#   serve-beside.sh gitlab-runner run ...   starts the resident, then becomes GitLab Runner: signals and exit code are its own
#   serve-beside.sh &                       keeps the resident alone, where something else starts GitLab Runner
# A resident that ends is started again, after 1 to 60 s; until then stages work alone. It ends when GitLab Runner has ended.
program=${GITLAB_POD_EXECUTOR:-/opt/gitlab-pod-executor/gitlab-pod-executor}
max_pause=60

keep_serving() {
  stopped='' server='' pause=1
  trap 'stopped=1; [ -z "$server" ] || kill "$server"' TERM
  [ -z "$runner" ] || end_with_runner $$ &
  while [ -z "$stopped" ]; do
    began=$(date +%s)
    "$program" serve </dev/null &
    server=$!
    wait "$server"
    [ -z "$stopped" ] || break
    [ $(($(date +%s) - began)) -lt "$max_pause" ] || pause=1
    sleep "$pause" &
    server=$!
    wait "$server"
    pause=$((pause * 2))
    [ "$pause" -le "$max_pause" ] || pause=$max_pause
  done
  wait "$server"
}

end_with_runner() {
  while kill -0 "$runner"; do sleep 2; done 2>/dev/null
  kill "$1"
}

case ${1:-} in
  '')
    runner=''
    keep_serving
    ;;
  --with)
    runner=$2
    keep_serving
    ;;
  *)
    # A session of its own: an init such as dumb-init sends what it gets to all of ours, and stages of a runner that ends in good
    # order still want their resident.
    session=$(command -v setsid)
    $session "$0" --with $$ &
    exec "$@"
    ;;
esac
