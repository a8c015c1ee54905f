// What the API server refuses with 422, in its words, all faults at once.
import { invalid } from '../api/status.ts';
import { type Causes, duplicate, invalidValue, required } from './field-causes.ts';
import type { Container, PodSpec, Volume } from './pod-schema.ts';
import { checkEnvironment } from './validate-environment.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const quantity = /^[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei|e[0-9]+)?$/;
/** int64 in the API; the API server's own limit on ids (validation.IsValidUserID). */
const maxId = 2 ** 31 - 1;

/** @throws ApiRefusal 422 */
export function validatePod(
  name: string,
  spec: PodSpec,
  labels: Readonly<Record<string, string>> | undefined,
): void {
  const causes: Causes = [];
  checkMetadata(causes, name, labels);
  checkSpec(causes, spec);
  if (causes.length > 0) throw invalid('Pod', name, causes);
}

function checkMetadata(
  causes: Causes,
  name: string,
  labels: Readonly<Record<string, string>> | undefined,
): void {
  if (!dnsSubdomain.test(name) || name.length > 253)
    causes.push(
      invalidValue(
        'metadata.name',
        name,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      ),
    );
  for (const value of Object.values(labels ?? {})) {
    if (!labelValue.test(value) || value.length > 63)
      causes.push(
        invalidValue(
          'metadata.labels',
          value,
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        ),
      );
  }
}

function checkSpec(causes: Causes, spec: PodSpec): void {
  if (spec.containers.length === 0) causes.push(required('spec.containers', ''));
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  for (const [field, containers] of [
    ['spec.initContainers', spec.initContainers ?? []],
    ['spec.containers', spec.containers],
  ] as const) {
    containers.forEach((container, index) => {
      const path = `${field}[${index}]`;
      if (seen.has(container.name)) causes.push(duplicate(`${path}.name`, container.name));
      seen.add(container.name);
      checkContainer(causes, path, container, volumes);
    });
  }
  checkVolumes(causes, spec.volumes ?? []);
  checkIds(causes, 'spec.securityContext', { ...spec.securityContext });
  if ((spec.activeDeadlineSeconds ?? 1) < 1)
    causes.push(
      invalidValue(
        'spec.activeDeadlineSeconds',
        spec.activeDeadlineSeconds,
        'must be between 1 and 2147483647, inclusive',
      ),
    );
}

function checkContainer(
  causes: Causes,
  path: string,
  container: Container,
  volumes: ReadonlySet<string>,
): void {
  if (!dnsLabel.test(container.name))
    causes.push(
      invalidValue(
        `${path}.name`,
        container.name,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
      ),
    );
  if (!container.image) causes.push(required(`${path}.image`, ''));
  (container.volumeMounts ?? []).forEach((mount, index) => {
    if (!volumes.has(mount.name))
      causes.push({
        reason: 'FieldValueNotFound',
        field: `${path}.volumeMounts[${index}].name`,
        message: `Not found: "${mount.name}"`,
      });
    if ((container.volumeMounts ?? []).findIndex(({ mountPath }) => mountPath === mount.mountPath) < index)
      causes.push(
        invalidValue(`${path}.volumeMounts[${index}].mountPath`, mount.mountPath, 'must be unique'),
      );
  });
  for (const kind of ['limits', 'requests'] as const) {
    for (const [resource, amount] of Object.entries(container.resources?.[kind] ?? {})) {
      if (!quantity.test(amount))
        causes.push(invalidValue(`${path}.resources.${kind}[${resource}]`, amount, 'must be a quantity'));
    }
  }
  checkEnvironment(causes, path, container);
  checkIds(causes, `${path}.securityContext`, { ...container.securityContext });
}

function checkVolumes(causes: Causes, volumes: readonly Volume[]): void {
  volumes.forEach(({ name }, index) => {
    if (!dnsLabel.test(name))
      causes.push(
        invalidValue(
          `spec.volumes[${index}].name`,
          name,
          'a lowercase RFC 1123 label must consist of lower case alphanumeric characters',
        ),
      );
    if (volumes.findIndex((other) => other.name === name) < index)
      causes.push(duplicate(`spec.volumes[${index}].name`, name));
  });
}

function checkIds(causes: Causes, path: string, context: Readonly<Record<string, unknown>>): void {
  for (const field of ['runAsUser', 'runAsGroup', 'fsGroup']) {
    const id = context[field];
    if (typeof id === 'number' && (id < 0 || id > maxId))
      causes.push(invalidValue(`${path}.${field}`, id, 'must be between 0 and 2147483647, inclusive'));
  }
}
