// Where pods run and how they are named, and what of it jobs may set.

import type { SettingList } from '../../pod/may-set/setting.ts';
import { settingPatternFault } from '../../pod/may-set/setting-pattern-fault.ts';
import { isObject } from '../../security/field-values.ts';
import { appendValue, setValue } from '../draft.ts';
import type { Row, Take } from './row.ts';
import { camelCase, eachEntry, eachItem, inSpec } from './takes.ts';

const tolerations: Take = ({ key, value, draft }) => {
  for (const [written, effect] of Object.entries(isObject(value) ? value : {})) {
    const at = written.indexOf('=');
    const what =
      at < 0
        ? { key: written, operator: 'Exists' }
        : { key: written.slice(0, at), operator: 'Equal', value: written.slice(at + 1) };
    appendValue(
      draft,
      ['pod_template', 'spec', 'tolerations'],
      { ...what, ...(effect === '' ? {} : { effect }) },
      key,
    );
  }
  return undefined;
};

const narrower =
  'It was a regular expression, found anywhere in the text; here it is a pattern for the whole of it, with its key written out.';

/**
 * Of a regular expression what a pattern can say, too: plain text with `.*` or `.+` in it, where a dot alone is meant as one. null: it
 * says more.
 */
export function patternFromRegex(regex: string): string | null {
  const text = regex.replace(/^\^/, '').replace(/\$$/, '').replaceAll('\\.', '\u0000');
  const pattern = text.replace(/\.[*+]/g, '\u0001');
  return /[*+?()[\]{}|\\^$]/.test(pattern)
    ? null
    : pattern.replaceAll('\u0000', '.').replaceAll('\u0001', '*');
}

const settable =
  (list: SettingList): Take =>
  ({ key, value, draft }) => {
    const regex = String(value);
    if (regex === '')
      return { verdict: 'same', says: 'It is empty, so that jobs may set nothing; so it is here.' };
    const pattern = patternFromRegex(regex);
    if (pattern === null || settingPatternFault(list, pattern) !== null) {
      return {
        says: `\`${regex}\` cannot be written as a pattern whose key is written out: list in \`job_may_set.${list}\` what jobs may set. Until then they may set nothing of it.`,
      };
    }
    setValue(draft, ['job_may_set', list], [pattern], key);
    return undefined;
  };

const settableAccount: Take = ({ key, value, draft }) => {
  const regex = String(value);
  if (regex === '')
    return { verdict: 'same', says: 'It is empty, so that jobs may choose none; so it is here.' };
  const pattern = patternFromRegex(regex);
  if (pattern === null || /^\**$/.test(pattern)) {
    return {
      says: `\`${regex}\` is open to every account of the namespace, or cannot be written as a pattern: list those for jobs in \`job_may_set.service_account\`. Until then they may choose none.`,
    };
  }
  setValue(draft, ['job_may_set', 'service_account'], [pattern], key);
  return undefined;
};

const dnsPolicies: Readonly<Record<string, string>> = {
  none: 'None',
  default: 'Default',
  'cluster-first': 'ClusterFirst',
  'cluster-first-with-host-net': 'ClusterFirstWithHostNet',
};

const dnsPolicy: Take = ({ key, value, draft }) => {
  const policy = dnsPolicies[String(value)];
  if (policy === undefined)
    return { mistake: `is \`${String(value)}\`; GitLab Runner knows ${Object.keys(dnsPolicies).join(', ')}` };
  setValue(draft, ['pod_template', 'spec', 'dnsPolicy'], policy, key);
  return undefined;
};

const asCamel =
  (...path: string[]): Take =>
  ({ key, value, draft }) => {
    setValue(draft, ['pod_template', 'spec', ...path], camelCase(value), key);
    return undefined;
  };

const template = (keys: readonly string[], field: string, take: Take, says = ''): Row => ({
  section: 'kubernetes',
  keys,
  verdict: 'pod_template',
  becomes: `pod_template.${field}`,
  says,
  take,
});

const set = (key: string, list: SettingList | 'service_account', take: Take): Row => ({
  section: 'kubernetes',
  keys: [key],
  verdict: 'different',
  becomes: `job_may_set.${list}`,
  says: narrower,
  take,
});

export const placementRows: readonly Row[] = [
  template(
    ['node_selector', 'node_selector.*'],
    'spec.nodeSelector',
    eachEntry('pod_template', 'spec', 'nodeSelector'),
  ),
  template(['node_tolerations', 'node_tolerations.*'], 'spec.tolerations', tolerations),
  template(['affinity', 'affinity.*'], 'spec.affinity', asCamel('affinity')),
  template(
    ['pod_labels', 'pod_labels.*'],
    'metadata.labels',
    eachEntry('pod_template', 'metadata', 'labels'),
    'Variables in them are not filled in. The executor adds labels of its own.',
  ),
  template(
    ['pod_annotations', 'pod_annotations.*'],
    'metadata.annotations',
    eachEntry('pod_template', 'metadata', 'annotations'),
    'Variables in them are not filled in.',
  ),
  template(['scheduler_name'], 'spec.schedulerName', inSpec('schedulerName')),
  template(
    ['service_account'],
    'spec.serviceAccountName',
    inSpec('serviceAccountName'),
    'Jobs get no token of it.',
  ),
  template(['priority_class_name'], 'spec.priorityClassName', inSpec('priorityClassName')),
  template(['dns_policy'], 'spec.dnsPolicy', dnsPolicy),
  template(['dns_config', 'dns_config.*'], 'spec.dnsConfig', asCamel('dnsConfig')),
  template(
    ['host_aliases', 'host_aliases.*'],
    'spec.hostAliases',
    eachItem('pod_template', 'spec', 'hostAliases'),
    'The names of services are added.',
  ),
  set('node_selector_overwrite_allowed', 'node_selector', settable('node_selector')),
  set('node_tolerations_overwrite_allowed', 'tolerations', settable('tolerations')),
  set('pod_labels_overwrite_allowed', 'labels', settable('labels')),
  set('pod_annotations_overwrite_allowed', 'annotations', settable('annotations')),
  set('service_account_overwrite_allowed', 'service_account', settableAccount),
];
