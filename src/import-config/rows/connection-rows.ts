// Which cluster, and where in it.
import { dnsLabel } from '../../policy/schema/policy-fields.ts';
import { setValue } from '../draft.ts';
import type { Row, Take } from './row.ts';
import { copied } from './takes.ts';

/** Helm fills in its own; a variable would be filled in for each job. */
const namespace: Take = (taken) => {
  const text = String(taken.value);
  if (text.includes('{{')) {
    return { mistake: `is \`${text}\`, which Helm fills in; say which one it is with --namespace` };
  }
  if (text === '') {
    setValue(taken.draft, ['cluster', 'namespace'], 'default', taken.key);
    return { says: 'It is empty, which means `default` to GitLab Runner.' };
  }
  const fault = namespaceFault(text);
  return fault === null
    ? copied('cluster', 'namespace')(taken)
    : { mistake: `is \`${text}\`, which ${fault}` };
};

/** A clause; null: Kubernetes takes it. */
export function namespaceFault(name: string): string | null {
  return dnsLabel.safeParse(name).error?.issues[0]?.message ?? null;
}

export const connectionRows: readonly Row[] = [
  {
    section: 'kubernetes',
    keys: ['namespace'],
    verdict: 'same',
    becomes: 'cluster.namespace',
    says: '',
    take: namespace,
  },
  {
    section: 'kubernetes',
    keys: ['context'],
    verdict: 'same',
    becomes: 'cluster.context',
    says: '',
    take: copied('cluster', 'context'),
  },
  {
    section: 'kubernetes',
    keys: ['host', 'cert_file', 'key_file', 'ca_file', 'bearer_token'],
    verdict: 'different',
    becomes: 'cluster.kubeconfig',
    says: 'Address and credentials of the cluster are read from a kubeconfig file: write one, and name it in `cluster.kubeconfig`. In a pod none is needed.',
  },
  {
    section: 'kubernetes',
    keys: ['bearer_token_overwrite_allowed', 'namespace_overwrite_allowed', 'namespace_per_job'],
    verdict: 'none',
    becomes: '',
    says: 'Jobs run in one namespace, with the rights of the runner. Register another runner, with another policy, for another namespace.',
  },
  {
    section: 'kubernetes',
    keys: [
      'retry_limit',
      'retry_backoff_max',
      'retry_limits',
      'retry_limits.*',
      'resource_availability_check_max_attempts',
    ],
    verdict: 'different',
    becomes: '',
    says: 'Requests are retried with growing pauses, for as long as the stage has time; there is nothing to set.',
  },
];
