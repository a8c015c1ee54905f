import { expect, test } from 'vitest';
import { lintText, risksOf, spec } from '../lint-text.ts';

test.each<[text: string, risk: string]>([
  [spec('enableServiceLinks: true'), 'pod_template.spec.enableServiceLinks: true, apart'],
  [spec('serviceAccountName: ci'), 'pod_template.spec.serviceAccountName: ci, noToken'],
  [spec('priorityClassName: ci'), 'pod_template.spec.priorityClassName: ci, itselfOnly'],
  [spec('tolerations: [{operator: Exists}]'), 'pod_template.spec.tolerations[0]: every taint, itselfOnly'],
  [
    spec('tolerations: [{key: node-role.kubernetes.io/control-plane, operator: Exists}]'),
    'pod_template.spec.tolerations[0]: node-role.kubernetes.io/control-plane, itselfOnly',
  ],
  [
    spec('resourceClaims: [{name: gpu, resourceClaimName: one}]'),
    'pod_template.spec.resourceClaims[0].resourceClaimName: one, apart',
  ],
  [
    'pod_template: {metadata: {annotations: {cdi.k8s.io/gpu: all}}}',
    'pod_template.metadata.annotations.cdi.k8s.io/gpu: all, nobodyOutside',
  ],
  [
    spec('containers: [{name: mine, image: m, livenessProbe: {httpGet: {path: /, port: 80, host: meta}}}]'),
    'pod_template.spec.containers[0].livenessProbe.httpGet.host: meta, apart',
  ],
  [
    spec('containers: [{name: mine, image: m, lifecycle: {preStop: {tcpSocket: {port: 80, host: meta}}}}]'),
    'pod_template.spec.containers[0].lifecycle.preStop.tcpSocket.host: meta, apart',
  ],
])('warns of %s: %s', (text, risk) => expect(risksOf(text)).toContain(risk));

test.each<[text: string, message: RegExp]>([
  [spec('schedulingGates: [{name: a}]'), /waiting until something in the cluster takes them away/],
])('%s does less than it seems to', (text, message) => {
  expect(lintText(text)).toMatchObject([{ severity: 'gap', message: expect.stringMatching(message) }]);
});

test.each([
  spec('serviceAccountName: default, priorityClassName: ci, preemptionPolicy: Never'),
  spec('tolerations: [{key: ci, operator: Exists}, {operator: Exists, effect: NoExecute}]'),
])('has nothing to say about %s', (text) => expect(lintText(text)).toEqual([]));
