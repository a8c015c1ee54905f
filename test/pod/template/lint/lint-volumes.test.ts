import { expect, test } from 'vitest';
import { build, lintText, risksOf, volume } from '../lint-text.ts';

test.each<[text: string, risk: string]>([
  [
    volume('secret: {secretName: s}', 'build'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, secrets',
  ],
  [
    volume('secret: {secretName: s}', 'helper'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, secrets',
  ],
  [
    volume('projected: {sources: [{secret: {name: s}}]}', 'svc-0'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, secrets',
  ],
  [
    volume('csi: {driver: secrets-store.csi.k8s.io}', 'build'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, secrets',
  ],
  [
    volume('persistentVolumeClaim: {claimName: c}', 'build'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, apart',
  ],
  [
    volume('projected: {sources: [{serviceAccountToken: {path: t}}]}', 'mine'),
    'pod_template.spec.containers[0].volumeMounts[0].name: v, noToken',
  ],
  [
    build('env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]'),
    'pod_template.spec.containers[0].env[0]: A, secrets',
  ],
  [
    build('envFrom: [{secretRef: {name: s}}]'),
    'pod_template.spec.containers[0].envFrom[0]: {"name":"s"}, secrets',
  ],
  [
    build('env: [{name: LD_LIBRARY_PATH, value: /usr/x}]'),
    'pod_template.spec.containers[0].env[0].name: LD_LIBRARY_PATH, nothingBeside',
  ],
])('warns of %s: %s', (text, risk) => expect(risksOf(text)).toContain(risk));

test.each<[text: string, message: RegExp]>([
  [build('env: [{name: PATH, value: /bin}]'), /takes the place of every image's own/],
])('%s does less than it seems to', (text, message) => {
  expect(lintText(text)).toMatchObject([{ severity: 'gap', message: expect.stringMatching(message) }]);
});

test.each([
  volume('persistentVolumeClaim: {claimName: c, readOnly: true}', 'build'),
  volume('emptyDir: {}', 'build'),
  volume('secret: {secretName: s}', 'mine'),
])('has nothing to say about %s', (text) => expect(lintText(text)).toEqual([]));
