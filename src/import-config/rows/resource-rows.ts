// Requests, limits, and how far jobs may change them.
import type { Row } from './row.ts';
import { amountOf } from './takes.ts';

const roles = { '': 'build', helper_: 'helper', service_: 'service' } as const;
const amounts = { cpu: 'cpu', memory: 'memory', ephemeral_storage: 'ephemeral-storage' } as const;
const lists = { request: 'requests', limit: 'limits' } as const;

const perContainer: readonly Row[] = Object.entries(roles).flatMap(([prefix, role]) =>
  Object.entries(amounts).flatMap(([amount, name]) =>
    Object.entries(lists).flatMap(([end, list]): Row[] => [
      {
        section: 'kubernetes',
        keys: [`${prefix}${amount}_${end}`],
        verdict: 'same',
        becomes: `resources.${role}.${list}.${name}`,
        says: '',
        take: amountOf(name, 'resources', role, list, name),
      },
      {
        section: 'kubernetes',
        keys: [`${prefix}${amount}_${end}_overwrite_max_allowed`],
        verdict: 'same',
        becomes: `job_may_set.${role}.${list}.${name}`,
        says: '',
        take: amountOf(name, 'job_may_set', role, list, name),
      },
    ]),
  ),
);

export const resourceRows: readonly Row[] = [
  ...perContainer,
  ...(['cpu', 'memory'] as const).map(
    (amount): Row => ({
      section: 'kubernetes',
      keys: [`pod_${amount}_limit`],
      verdict: 'pod_template',
      becomes: `pod_template.spec.resources.limits.${amount}`,
      says: 'No container may have a higher limit.',
      take: amountOf(amount, 'pod_template', 'spec', 'resources', 'limits', amount),
    }),
  ),
  {
    section: 'kubernetes',
    keys: ['cpu', 'memory'].flatMap((amount) => [
      `pod_${amount}_request`,
      `pod_${amount}_request_overwrite_max_allowed`,
      `pod_${amount}_limit_overwrite_max_allowed`,
    ]),
    verdict: 'none',
    becomes: '',
    says: 'Jobs have different numbers of services, so that requests are those of containers; jobs may set those, and their limits.',
  },
];
