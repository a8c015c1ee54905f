// The programs that are process 1 of build, helper and init containers: plain POSIX sh, the same in dash, bash and busybox ash.

import { unprovenExitCode, unusableExitCode } from '../../layout/exit-codes.ts';
import {
  controlDirectory,
  helperBinDirectory,
  homeDirectory,
  readyFile,
  scriptsDirectory,
} from '../../layout/paths.ts';

// The kubelet expands `$(NAME)` and turns `$$` into `$` in a command, so neither stands in these texts.

/**
 * What a shell reports for TERM. Not 0: where every container of a pod it evicts ends with 0, the kubelet calls the pod
 * Succeeded and drops the reason (seen on Kubernetes 1.36).
 */
const terminatedExitCode = 143;

/** Whether a container of ours must find its pod in a user namespace of its own. */
export type Proof = 'prove' | 'skip';

const name = 'gitlab-pod-executor';

/**
 * Reaps what its container's processes leave behind, ends at once on TERM, and outlives `kill -9 -1` in the container, which
 * takes its sleep along and not itself. `sleep infinity` does none of that: zombies pile up, and a delete waits out its grace.
 */
const reapAndWait = `trap 'exit ${terminatedExitCode}' TERM INT
: >${readyFile}
while :; do sleep 3600 & wait; done`;

const refuse = `refuse() { echo "${name}: $2" >&2; exit "$1"; }`;

/** umask first: a volume's root is open to everybody in the container, what we make below it is not. */
const makeDirectories = `umask 077
command -v sleep >/dev/null && command -v mkdir >/dev/null || refuse ${unusableExitCode} "this image has no sleep or no mkdir: no job can run in it"
mkdir -p ${homeDirectory} ${scriptsDirectory} || refuse ${unusableExitCode} "cannot write to ${controlDirectory}"`;

/**
 * One line \`0 H L\`, H and L positive multiples of 65,536, in both maps (src/security/user-namespace.ts). Builtins only: this is
 * the shell of an image that we chose, and nothing else of it is trusted. Remainders need no comparison of large numbers.
 */
const proveMaps = `prove() {
  lines=0 map=
  while read -r inside outside length rest; do
    lines=$((lines + 1)) map="\${map:+$map; }$inside $outside $length\${rest:+ $rest}"
    case "$outside:$length" in
      *[!0-9:]* | :* | *: | 0:* | *:0) lines=9 ;;
      *) [ "$inside" = 0 ] && [ -z "$rest" ] && [ $((outside % 65536)) -eq 0 ] && [ $((length % 65536)) -eq 0 ] || lines=9 ;;
    esac
  done <"$1"
  [ $lines -eq 1 ] || refuse ${unprovenExitCode} "this pod has no user namespace of its own: $1 reads \\"$map\\""
}
if [ "$1" != skip ]; then
  prove /proc/self/uid_map; uids=$map
  prove /proc/self/gid_map
  [ "$uids" = "$map" ] || refuse ${unprovenExitCode} "this pod has no user namespace of its own: uid_map and gid_map differ"
fi`;

/** GitLab's helper image may know its binary as gitlab-runner-helper only; the runner's scripts call gitlab-runner. */
const reachRunner = `mkdir -p ${helperBinDirectory}
command -v gitlab-runner >/dev/null || { found=$(command -v gitlab-runner-helper) && ln -sf "$found" ${helperBinDirectory}/gitlab-runner; }`;

const buildProgram = [refuse, makeDirectories, reapAndWait].join('\n');
const helperProgram = [refuse, proveMaps, makeDirectories, reachRunner, reapAndWait].join('\n');
const proofProgram = [refuse, proveMaps].join('\n');
const directoryProgram = [refuse, `mkdir -p "$1" || refuse ${unusableExitCode} "cannot make $1"`].join('\n');

export const buildCommand = (): string[] => ['sh', '-c', buildProgram, name];
export const helperCommand = (proof: Proof): string[] => ['sh', '-c', helperProgram, name, proof];
export const proofCommand = (): string[] => ['sh', '-c', proofProgram, name, 'prove'];
export const makeDirectoryCommand = (directory: string): string[] => [
  'sh',
  '-c',
  directoryProgram,
  name,
  directory,
];
