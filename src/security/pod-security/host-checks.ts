// The baseline checks of what belongs to the node: its namespaces, files, ports and network names.
import { type Check, securityFault } from './check.ts';
import {
  type EvaluatedContainer,
  items,
  map,
  named,
  plural,
  quoted,
  sorted,
  text,
  whoHas,
} from './evaluated-pod.ts';

/** In upstream's order. */
export const hostChecks: readonly Check[] = [
  {
    id: 'hostNamespaces',
    evaluate: ({ spec }) => {
      const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
      const detail = shared.map((field) => `${field}=true`).join(', ');
      return shared.length > 0 ? securityFault('host namespaces', detail) : null;
    },
  },
  {
    id: 'hostPathVolumes',
    evaluate: ({ spec }) => {
      const volumes = items(spec['volumes']).filter((volume) => volume['hostPath'] != null);
      const names = volumes.map((volume) => String(volume['name']));
      const detail = `${plural(names, 'volume', 'volumes')} ${quoted(names)}`;
      return names.length > 0 ? securityFault('hostPath volumes', detail) : null;
    },
  },
  {
    id: 'hostPorts',
    evaluate: ({ containers }) => {
      const { names, values } = whoHas(containers, ({ container }) =>
        items(container['ports']).flatMap((port) => hostPortOf(port)),
      );
      const ports = `${plural(values, 'hostPort', 'hostPorts')} ${values.join(', ')}`;
      return names.length > 0
        ? securityFault('hostPort', `${named(names)} ${plural(names, 'uses', 'use')} ${ports}`)
        : null;
    },
  },
  {
    id: 'hostProbesAndHostLifecycle',
    since: 34,
    evaluate: ({ containers }) => {
      const { names, values } = whoHas(containers, ({ container }) => handlerHosts(container));
      const uses = `${plural(names, 'uses', 'use')} ${plural(values, 'probe or lifecycle host', 'probe or lifecycle hosts')}`;
      const detail = `${named(sorted(names))} ${uses} ${quoted(values)}`;
      return names.length > 0 ? securityFault('probe or lifecycle host', detail) : null;
    },
  },
];

function hostPortOf(port: Readonly<Record<string, unknown>>): string[] {
  const number = port['hostPort'];
  return typeof number === 'number' && number !== 0 ? [String(number)] : [];
}

function handlerHosts(container: EvaluatedContainer['container']): string[] {
  const lifecycle = map(container['lifecycle']);
  const handlers = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((probe) => map(container[probe])),
    ...['postStart', 'preStop'].map((hook) => map(lifecycle[hook])),
  ];
  return handlers
    .flatMap((handler) => ['httpGet', 'tcpSocket'].map((way) => text(map(handler[way])['host'])))
    .filter((host) => host !== '');
}
