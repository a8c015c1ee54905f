// The forms that Kubernetes asks of texts and numbers. Source: apimachinery, pkg/util/validation, and pkg/apis/core/validation.
import { maxPort } from '../../../layout/ids.ts';

/** null, or what is wrong and what to write: a clause that follows the path. */
export type Format = (value: string | number) => string | null;

const text =
  (isFine: (value: string) => boolean, message: string): Format =>
  (value) =>
    typeof value !== 'string' || isFine(value) ? null : message;

const matches =
  (form: RegExp, message: string, maxLength = Number.POSITIVE_INFINITY): Format =>
  (value) =>
    typeof value !== 'string' || (value.length <= maxLength && form.test(value)) ? null : message;

export const between =
  (from: number, to: number, unit = ''): Format =>
  (value) =>
    typeof value !== 'number' || (value >= from && value <= to)
      ? null
      : `is ${value}; a number from ${from} to ${to}${unit} is needed`;

const maxInt32 = 2 ** 31 - 1;
export const notNegative = between(0, maxInt32);
export const positive = between(1, maxInt32);

export const oneOfTexts = (...allowed: readonly string[]): Format =>
  text((value) => allowed.includes(value), `must be one of ${allowed.filter(Boolean).join(', ')}`);

export const notEmptyFormat = text((value) => value !== '', 'is empty; give it a value, or leave it out');

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** RFC 1123, as Kubernetes names containers and volumes. */
export const dnsLabelFormat = matches(
  new RegExp(`^${label}$`),
  'is not a name of Kubernetes: lower-case letters, digits and `-`, at most 63, beginning and ending with a letter or digit',
  63,
);

/** As Kubernetes names most objects, and as hosts are named. */
export const dnsSubdomainFormat = matches(
  new RegExp(`^${label}(?:\\.${label})*$`),
  'is not a name of a Kubernetes object: lower-case letters, digits, `-` and `.`, at most 253',
  253,
);

const word = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const maxWordLength = 63;

/** `name` or `example.com/name`, as labels, annotations, taints and conditions are named. */
export function qualifiedName(value: string | number): string | null {
  if (typeof value !== 'string') return null;
  const parts = value.split('/');
  const name = parts.at(-1) ?? '';
  const isFine =
    parts.length <= 2 &&
    name.length <= maxWordLength &&
    new RegExp(`^${word}$`).test(name) &&
    (parts.length === 1 || dnsSubdomainFormat(parts[0] ?? '') === null);
  if (isFine) return null;
  return `is not a key that Kubernetes takes: letters, digits, \`-\`, \`_\` and \`.\`, at most ${maxWordLength}; before it perhaps a domain and \`/\`${unexpanded(value)}`;
}

export function labelValue(value: string | number): string | null {
  if (typeof value !== 'string') return null;
  if (value === '' || (value.length <= maxWordLength && new RegExp(`^${word}$`).test(value))) return null;
  return `is not a value that a label can have: letters, digits, \`-\`, \`_\` and \`.\`, at most ${maxWordLength}, beginning and ending with a letter or digit${unexpanded(value)}`;
}

/** What looks like GitLab's is said: the same template is every job's. */
function unexpanded(value: string): string {
  return /\$\{?\w/.test(value) ? '; variables of a job are not put into pod_template' : '';
}

export const port = between(1, maxPort);

/** RFC 6335: the name of a port. */
export const portName = text(
  (value) =>
    value.length <= 15 &&
    /[a-z]/.test(value) &&
    /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(value) &&
    !/--/.test(value),
  'is not the name of a port: at most 15 lower-case letters, digits and single `-`, with at least one letter',
);

/** A number, or the name of a port. */
export const portOrName: Format = (value) => port(value) ?? portName(value);

/** Anything that a process can have, but `=`: what Kubernetes takes since 1.34. */
export const environmentNameFormat = matches(
  /^[\x20-\x3c\x3e-\x7e]+$/,
  'is not a name that a variable can have: printable ASCII without `=`',
);

/** A file's name, as the entries of ConfigMaps and Secrets have it. */
export const configKey = text(
  (value) => /^[-._a-zA-Z0-9]{1,253}$/.test(value) && !/^\.\.?$/.test(value) && !value.startsWith('..'),
  'is not a key of a ConfigMap or Secret: letters, digits, `-`, `_` and `.`, at most 253',
);

export const absolutePath = matches(/^\//, 'must be an absolute path');

/** Below the place that it is relative to. */
export const pathBelow = text(
  (value) => !value.startsWith('/') && !value.split('/').includes('..'),
  'must be a relative path without `..`',
);

/** As pathBelow; what begins with two dots is the kubelet's own. */
export const fileBelow = text(
  (value) => value !== '' && pathBelow(value) === null && !value.startsWith('..'),
  'must be a relative path that does not begin with `..`',
);

export const fileMode = between(0, 0o777, ' (0777)');

/** URL's parser knows both families; a number with leading zeros means another address to some. */
export function ipAddress(value: string | number): string | null {
  if (typeof value !== 'string') return null;
  const isFour =
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(value) &&
    value.split('.').every((part) => Number(part) <= 255 && String(Number(part)) === part);
  const isSix = /^[0-9a-fA-F:.]+$/.test(value) && value.includes(':') && URL.canParse(`http://[${value}]/`);
  return isFour || isSix ? null : 'is not an IP address';
}
