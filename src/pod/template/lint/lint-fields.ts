// Fields of a pod_template that are the operator's to set, and weaken a promise: of the pod, and of the containers it brings.
import type { LintFinding } from '../../../admission/lint/lint-policy.ts';
import { isObject } from '../../../security/field-values.ts';
import { templateSpecPath } from '../../../security/template-contexts.ts';
import type { PodTemplate } from '../../manifest.ts';
import { objectsIn } from '../rules/rules.ts';
import type { Fields, TemplateView, ViewedContainer } from '../template-view.ts';
import { fieldGap, fieldRisk } from './lint-finding.ts';

export function lintFields(template: PodTemplate, view: TemplateView): LintFinding[] {
  return [
    ...lintAnnotations(template['metadata']),
    ...lintSpec(view.spec),
    ...lintTolerations(view.spec),
    ...lintShared(view.spec),
    ...view.containers.flatMap(lintHosts),
  ];
}

/** What runtimes, their plugins and webhooks read past the pod's fields: devices, mounts, networks, containers. */
const readByOthers =
  /^(cdi\.k8s\.io\/|[\w.]*nri\.io\/|io\.katacontainers\.|io\.kubernetes\.cri-o\.|io\.containerd\.|run\.oci\.|dev\.gvisor\.|k8s\.v1\.cni\.cncf\.io\/|(v1\.)?multus|sidecar\.istio\.io\/inject|linkerd\.io\/inject|vault\.hashicorp\.com\/agent-inject)/;

function lintAnnotations(metadata: unknown): LintFinding[] {
  const annotations = isObject(metadata) && isObject(metadata['annotations']) ? metadata['annotations'] : {};
  return Object.keys(annotations)
    .filter((key) => readByOthers.test(key))
    .map((key) =>
      fieldRisk(
        ['pod_template', 'metadata', 'annotations', key],
        annotations[key],
        'nobodyOutside',
        'is read by a container runtime or a webhook, which may add devices, mounts or containers that nobody here looks at',
      ),
    );
}

function lintSpec(spec: Fields): LintFinding[] {
  const at = (field: string) => [...templateSpecPath, field];
  const { enableServiceLinks, priorityClassName, preemptionPolicy, serviceAccountName, schedulingGates } =
    spec;
  return [
    ...(enableServiceLinks === true
      ? [
          fieldRisk(
            at('enableServiceLinks'),
            true,
            'apart',
            'tells every job the names and addresses of the Services beside it',
          ),
        ]
      : []),
    ...(serviceAccountName !== undefined && serviceAccountName !== 'default'
      ? [
          fieldRisk(
            at('serviceAccountName'),
            serviceAccountName,
            'noToken',
            'is an identity for every job, where a webhook of the cluster or the cloud gives pods of a service account a token',
          ),
        ]
      : []),
    ...(priorityClassName !== undefined && preemptionPolicy !== 'Never'
      ? [
          fieldRisk(
            at('priorityClassName'),
            priorityClassName,
            'itselfOnly',
            'may push pods of a lower priority from their nodes; a class with preemptionPolicy: Never does not, and then the same belongs here',
          ),
        ]
      : []),
    ...(schedulingGates === undefined
      ? []
      : [
          fieldGap(
            at('schedulingGates'),
            schedulingGates,
            'keep each pod waiting until something in the cluster takes them away',
          ),
        ]),
  ];
}

const ofControlPlane = /^node-role\.kubernetes\.io\/(control-plane|master)$/;

function lintTolerations(spec: Fields): LintFinding[] {
  return objectsIn(spec, 'tolerations').flatMap(({ key = '', effect }, index) => {
    const isAll = key === '' && (effect === undefined || effect === 'NoSchedule');
    if (!isAll && !ofControlPlane.test(String(key))) return [];
    const path = [...templateSpecPath, 'tolerations', index];
    return [
      fieldRisk(
        path,
        key === '' ? 'every taint' : key,
        'itselfOnly',
        'lets jobs run on nodes of the control plane. Name the taint of the nodes that are for jobs',
      ),
    ];
  });
}

/** A claim by its name is one device for all pods. */
function lintShared(spec: Fields): LintFinding[] {
  return objectsIn(spec, 'resourceClaims').flatMap(({ resourceClaimName: name }, index) =>
    name === undefined
      ? []
      : [
          fieldRisk(
            [...templateSpecPath, 'resourceClaims', index, 'resourceClaimName'],
            name,
            'apart',
            'is one device that all jobs share. A resourceClaimTemplateName gives each its own',
          ),
        ],
  );
}

/** Probes and hooks are sent by the kubelet, from the network of the node. */
function lintHosts({ fields, path }: ViewedContainer): LintFinding[] {
  const lifecycle = isObject(fields['lifecycle']) ? fields['lifecycle'] : {};
  const places: (readonly [readonly string[], unknown])[] = [
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map((name) => [[name], fields[name]] as const),
    ...['postStart', 'preStop'].map((name) => [['lifecycle', name], lifecycle[name]] as const),
  ];
  return places.flatMap(([at, handler]) =>
    ['httpGet', 'tcpSocket'].flatMap((kind) => {
      const action = isObject(handler) ? handler[kind] : undefined;
      if (!isObject(action) || action['host'] === undefined) return [];
      return [
        fieldRisk(
          [...path, ...at, kind, 'host'],
          action['host'],
          'apart',
          'is asked from the network of the node. Leave it out, and the pod itself is asked',
        ),
      ];
    }),
  );
}
