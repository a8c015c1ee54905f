import { expect, test } from 'vitest';
import { build, lintText, risksOf } from '../lint-text.ts';

test.each<[text: string, risk: string]>([
  [
    build('resources: {limits: {memory: null}}'),
    'pod_template.spec.containers[0].resources.limits.memory: memory, itselfOnly',
  ],
  [
    'resources: {service: {limits: {ephemeral-storage: null}}}',
    'resources.service.limits.ephemeral-storage: ephemeral-storage, itselfOnly',
  ],
])('warns of %s: %s', (text, risk) => expect(risksOf(text)).toContain(risk));

test.each([
  build('resources: {limits: {cpu: null}}'),
  `resources: {build: {limits: {memory: null}}}\n${build('resources: {limits: {memory: 4Gi}}')}`,
])('has nothing to say about %s', (text) => expect(lintText(text)).toEqual([]));
