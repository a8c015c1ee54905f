// What Kubernetes asks of the fields of a container together: variables, probes, hooks, restarts.
import { isObject } from '../../../security/field-values.ts';
import type { Format } from '../schema/formats.ts';
import { faultIf, type Rule } from './rules.ts';

/** A variable has a value, or a place that it is taken from. */
export const valueOrSource: Rule = ({ value, valueFrom }) =>
  faultIf(
    value !== undefined && value !== '' && valueFrom !== undefined,
    'valueFrom',
    'cannot stand beside value',
  );

export const fieldPath =
  (format: Format): Rule =>
  ({ fieldRef }) => {
    const path = isObject(fieldRef) ? fieldRef['fieldPath'] : undefined;
    const message = typeof path === 'string' ? format(path) : null;
    return message === null ? [] : [{ at: ['fieldRef', 'fieldPath'], message }];
  };

/** In a volume nobody knows whose amounts are meant. */
export const containerNamed: Rule = ({ resourceFieldRef }) =>
  isObject(resourceFieldRef) && resourceFieldRef['containerName'] === undefined
    ? [{ at: ['resourceFieldRef', 'containerName'], message: 'is missing' }]
    : [];

export const noStopSignal: Rule = ({ stopSignal }) =>
  faultIf(
    stopSignal !== undefined,
    'stopSignal',
    'needs spec.os, which cannot stand here; let the program end on TERM',
  );

export const restartRules: Rule = ({ restartPolicy, restartPolicyRules }) =>
  faultIf(
    restartPolicyRules !== undefined && restartPolicy === undefined,
    'restartPolicy',
    'is missing; restartPolicyRules need it',
  );

/** A probe that starts or ends a container counts one success; one that must end it waits for no other grace. */
export const probesOfContainer: Rule = (container) => [
  ...['livenessProbe', 'startupProbe'].flatMap((name) => {
    const probe = container[name];
    const successes = isObject(probe) ? (probe['successThreshold'] ?? 1) : 1;
    return successes === 1 || successes === 0
      ? []
      : [{ at: [name, 'successThreshold'], message: 'must be 1' }];
  }),
  ...(isObject(container['readinessProbe']) &&
  container['readinessProbe']['terminationGracePeriodSeconds'] !== undefined
    ? [
        {
          at: ['readinessProbe', 'terminationGracePeriodSeconds'],
          message: 'is not for a readiness probe, which ends nothing',
        },
      ]
    : []),
];

/** Amounts are divided by one unit: a core or a thousandth of it, or bytes in steps of a thousand or 1024. */
const divisors: Readonly<Record<string, RegExp>> = {
  cpu: /^1m?$/,
  bytes: /^1(?:[kMGTPE]|[KMGTPE]i)?$/,
};

export const divisorOfAmount: Rule = ({ resource, divisor }) => {
  const kind = /\.cpu$/.test(String(resource)) ? 'cpu' : 'bytes';
  // An object is no amount, and the schema says so.
  const written = typeof divisor === 'number' || typeof divisor === 'string' ? String(divisor) : '';
  const isFine = divisor === undefined || written === '0' || divisors[kind]?.test(written);
  return faultIf(!isFine, 'divisor', `must be ${kind === 'cpu' ? '1 or 1m' : '1 or one unit, such as 1Mi'}`);
};
