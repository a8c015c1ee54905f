// The objects that are there from the start.
import type { NewObject } from './store.ts';

export function namespaceObject(name: string, podSecurity: string | undefined): NewObject {
  const labels = {
    'kubernetes.io/metadata.name': name,
    ...(podSecurity === undefined ? {} : { 'pod-security.kubernetes.io/enforce': podSecurity }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
    spec: {},
    status: { phase: 'Active' },
  };
}

export function nodeObject(name: string, kubeletVersion: string, kernelVersion: string): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    spec: {},
    status: {
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'embedded cluster' }],
      addresses: [{ type: 'Hostname', address: name }],
      nodeInfo: {
        kubeletVersion,
        kernelVersion,
        containerRuntimeVersion: 'embedded://1',
        operatingSystem: 'linux',
      },
      runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: true } }],
    },
  };
}
