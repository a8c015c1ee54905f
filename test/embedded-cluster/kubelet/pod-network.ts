// A pod's network beside loopback, as a network plugin makes it: its own address on an interface, and ports below 1024 for everybody.
// There is no way out.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A kernel without dummy interfaces has bridges; where it has neither, loopback takes the address. */
const setUp = `PATH="$PATH:/usr/sbin:/sbin"
echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start
ip=ip
command -v ip >/dev/null || ip='busybox ip'
$ip link add eth0 type dummy 2>/dev/null || $ip link add eth0 type bridge 2>/dev/null
on=lo
$ip link set eth0 up 2>/dev/null && on=eth0
exec $ip address add "$1/32" dev "$on"`;
/** Debian: iproute2, or busybox-static */
let hasComplained = false;

/** Without a program for it the pod has loopback only, and we say so once. */
export async function setUpPodNetwork(address: string, namespacePid: number): Promise<void> {
  const enter = `--net=/proc/${namespacePid}/ns/net`;
  try {
    await promisify(execFile)('nsenter', [enter, 'sh', '-c', setUp, 'pod-network', address]);
  } catch (error) {
    if (hasComplained) return;
    hasComplained = true;
    process.stderr.write(
      `embedded cluster: pods have no address of their own: ${(error as Error).message}\n`,
    );
  }
}
