// What Kubernetes asks where pods are placed: selectors, tolerations, affinity, spread.
import { isObject } from '../../../security/field-values.ts';
import { labelValue, qualifiedName } from '../schema/formats.ts';
import { entries, faultIf, listIn, needs, type Rule, type RuleFault, unique } from './rules.ts';

const toleration: Rule = ({ key = '', operator = 'Equal', value = '', effect, tolerationSeconds }) => [
  ...faultIf(
    key === '' && operator !== 'Exists',
    'key',
    'is missing; `operator: Exists` alone would tolerate every taint',
  ),
  ...faultIf(operator === 'Exists' && value !== '', 'value', 'cannot stand beside `operator: Exists`'),
  ...faultIf(
    operator === 'Gt' || operator === 'Lt',
    'operator',
    'is not on in Kubernetes by default; write Exists or Equal',
  ),
  ...faultIf(
    tolerationSeconds !== undefined && effect !== 'NoExecute',
    'tolerationSeconds',
    'has a meaning with `effect: NoExecute` only',
  ),
  ...labelFault('value', value),
];

function labelFault(field: string, value: unknown): RuleFault[] {
  const message = typeof value === 'string' ? labelValue(value) : null;
  return message === null ? [] : [{ at: [field], message }];
}

const wholeNumber = /^-?(0|[1-9]\d*)$/;

const nodeRequirement: Rule = (fields) => {
  const values = listIn(fields, 'values');
  const { operator } = fields;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return faultIf(values.length === 0, 'values', `is missing; ${operator} needs at least one`);
    case 'Gt':
    case 'Lt':
      return faultIf(
        values.length !== 1 || !wholeNumber.test(String(values[0])),
        'values',
        `must be one whole number, as a text, for ${operator}`,
      );
    default:
      return faultIf(values.length > 0, 'values', `cannot stand beside ${String(operator)}`);
  }
};

const matchFields: Rule = (fields) =>
  listIn(fields, 'matchFields').flatMap((each, index) => {
    if (!isObject(each) || each['key'] === 'metadata.name') return [];
    return [
      {
        at: ['matchFields', index, 'key'],
        message: 'must be metadata.name, the only field of a node there is',
      },
    ];
  });

/** A label is either matched by the pod's own value or by the selector. */
const labelKeys: Rule = (fields) => {
  const { labelSelector } = fields;
  const keys = listIn(fields, 'matchLabelKeys');
  const others = listIn(fields, 'mismatchLabelKeys');
  const selected = isObject(labelSelector)
    ? [
        ...Object.keys(isObject(labelSelector['matchLabels']) ? labelSelector['matchLabels'] : {}),
        ...listIn(labelSelector, 'matchExpressions').map((each) =>
          isObject(each) ? each['key'] : undefined,
        ),
      ]
    : [];
  return [
    ...faultIf(
      labelSelector === undefined && keys.length + others.length > 0,
      'labelSelector',
      'is missing; matchLabelKeys and mismatchLabelKeys need it',
    ),
    ...keys.flatMap((key, index) =>
      selected.includes(key) || others.includes(key)
        ? [{ at: ['matchLabelKeys', index], message: `names ${String(key)} a second time` }]
        : [],
    ),
  ];
};

const minDomains: Rule = ({ minDomains: domains, whenUnsatisfiable }) =>
  faultIf(
    domains !== undefined && whenUnsatisfiable !== 'DoNotSchedule',
    'minDomains',
    'has a meaning with `whenUnsatisfiable: DoNotSchedule` only',
  );

export const schedulingRules: Readonly<Record<string, readonly Rule[]>> = {
  LabelSelector: [entries('matchLabels', labelValue, qualifiedName)],
  LabelSelectorRequirement: [nodeRequirement],
  NodeSelector: [needs('nodeSelectorTerms')],
  NodeSelectorRequirement: [nodeRequirement],
  NodeSelectorTerm: [matchFields],
  PodAffinityTerm: [labelKeys],
  Toleration: [toleration],
  TopologySpreadConstraint: [labelKeys, minDomains],
};

/** For PodSpec: one constraint of a kind. */
export const spreadOnce: Rule = unique('topologySpreadConstraints', 'topologyKey', 'whenUnsatisfiable');
