// /etc/hosts, /etc/hostname, /etc/resolv.conf of a pod, as the kubelet writes them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from '../sandbox/sandbox.ts';
import type { PodContext } from './pod-worker.ts';

const hosts = `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
`;

export function systemFiles({ pod, podIP, directory, held }: PodContext): Mount[] {
  const { name, namespace = '' } = pod.metadata;
  const hostname = pod.spec.hostname ?? name;
  const aliases = (pod.spec.hostAliases ?? []).map(
    ({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`,
  );
  const extra = aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`;
  const files = {
    '/etc/hosts': `${hosts}${podIP}\t${hostname}\n${extra}`,
    '/etc/hostname': `${hostname}\n`,
    // Nothing answers there: pods reach no network but what is forwarded.
    '/etc/resolv.conf': `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\noptions ndots:5\n`,
  };
  const place = join(directory, 'etc-files');
  mkdirSync(place, { recursive: true });
  return Object.entries(files).map(([destination, content]) => {
    const source = join(place, destination.slice('/etc/'.length));
    writeFileSync(source, content);
    held.sandbox?.own(source, 0, 0);
    // The kubelet's are writable by root in the container.
    return { source, destination, readOnly: false };
  });
}
