// Linux capabilities of a container: two lists that merge by their own rule, because Kubernetes grants what `add` names even
// under `drop: [ALL]`. Overwriting one layer's object with another's would hand back what the operator took away.

export interface Capabilities {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
}

/** capabilities(7), as Kubernetes writes them: without `CAP_`. */
export const knownCapabilities = [
  'AUDIT_CONTROL',
  'AUDIT_READ',
  'AUDIT_WRITE',
  'BLOCK_SUSPEND',
  'BPF',
  'CHECKPOINT_RESTORE',
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'FSETID',
  'IPC_LOCK',
  'IPC_OWNER',
  'KILL',
  'LEASE',
  'LINUX_IMMUTABLE',
  'MAC_ADMIN',
  'MAC_OVERRIDE',
  'MKNOD',
  'NET_ADMIN',
  'NET_BIND_SERVICE',
  'NET_BROADCAST',
  'NET_RAW',
  'PERFMON',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYSLOG',
  'SYS_ADMIN',
  'SYS_BOOT',
  'SYS_CHROOT',
  'SYS_MODULE',
  'SYS_NICE',
  'SYS_PACCT',
  'SYS_PTRACE',
  'SYS_RAWIO',
  'SYS_RESOURCE',
  'SYS_TIME',
  'SYS_TTY_CONFIG',
  'WAKE_ALARM',
] as const;

/**
 * From the weakest layer to the strongest. Drops add up. A layer's `add` replaces the weaker ones' and takes its names out of
 * what they dropped; a layer's `drop` takes away what weaker layers added — `ALL` takes away all of it.
 */
export function mergeCapabilities(layers: readonly Capabilities[]): Capabilities {
  let add = new Set<string>();
  let drop = new Set<string>();
  for (const layer of layers) {
    if (layer.add) {
      add = new Set(layer.add);
      drop = new Set([...drop].filter((name) => name === 'ALL' || !add.has(name)));
    }
    if (layer.drop) {
      const dropped = new Set(layer.drop);
      const own = new Set(layer.add);
      add = new Set([...add].filter((name) => own.has(name) || !(dropped.has('ALL') || dropped.has(name))));
      drop = new Set([...drop, ...dropped]);
    }
  }
  if (drop.has('ALL')) drop = new Set(['ALL']);
  return {
    ...(add.size > 0 ? { add: [...add].sort() } : {}),
    ...(drop.size > 0 ? { drop: [...drop].sort() } : {}),
  };
}
