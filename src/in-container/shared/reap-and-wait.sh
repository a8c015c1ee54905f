# What a shell reports for TERM. Not 0: where every container of a pod it evicts ends with 0, the kubelet calls the pod
# Succeeded and drops the reason (seen on Kubernetes 1.36).
end_on_term() { exit 143; }

# Makes the ready file $1, reaps what its container's processes leave behind, ends at once on TERM, and outlives `kill -9 -1` in the
# container, which takes its sleep along and not itself. `sleep infinity` does none of that: zombies pile up, and a delete waits
# out its grace.
reap_and_wait() {
  trap end_on_term TERM INT
  : >"$1"
  while :; do
    sleep 3600 &
    wait
  done
}
