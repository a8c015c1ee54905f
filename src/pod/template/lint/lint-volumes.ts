// Volumes and variables of a pod_template that every job gets to see, or that jobs share.
import type { LintFinding } from '../../../admission/lint/lint-policy.ts';
import { isObject } from '../../../security/field-values.ts';
import { decidesLoading, variablesOf } from '../check/check-env.ts';
import { listIn, objectsIn } from '../rules/rules.ts';
import {
  isApart,
  projections,
  type TemplateView,
  type ViewedContainer,
  type ViewedVolume,
} from '../template-view.ts';
import { fieldGap, fieldRisk } from './lint-finding.ts';

export function lintVolumes(view: TemplateView): LintFinding[] {
  const ours = view.containers.filter(({ role }) => role !== 'own');
  return [
    ...ours.flatMap((container) => [...lintMounts(container, view.volumes), ...lintVariables(container)]),
    ...view.containers
      .filter(({ role }) => role === 'own')
      .flatMap((container) => lintCredentials(container, view.volumes)),
  ];
}

const isToken = (source: Readonly<Record<string, unknown>>): boolean =>
  'serviceAccountToken' in source || 'podCertificate' in source;

const holdsSecret = (volume: ViewedVolume): boolean =>
  volume.kind === 'secret' ||
  volume.kind === 'csi' ||
  projections(volume).some((source) => 'secret' in source);

function lintMounts({ mounts, role }: ViewedContainer, volumes: readonly ViewedVolume[]): LintFinding[] {
  return mounts.flatMap(({ volume: name, isReadOnly, path }) => {
    const volume = volumes.find((each) => each.name === name);
    if (!volume) return [];
    const at = [...path, 'name'];
    if (holdsSecret(volume)) return [fieldRisk(at, name, 'secrets', `${readers(role)} what is in it`)];
    if (isApart(volume) || isReadOnly) return [];
    return [
      fieldRisk(
        at,
        name,
        'apart',
        'is one volume that all jobs write to. Mount it with readOnly, or make it ephemeral',
      ),
    ];
  });
}

/** Some variables of a job reach the helper's programs, too (docs/threat-model.md, known limits). */
const readers = (role: ViewedContainer['role']): string =>
  role === 'helper'
    ? "lets what a job's variables make the helper load read"
    : 'lets every job, and so every author, read';

function lintVariables(container: ViewedContainer): LintFinding[] {
  const { fields, path, role } = container;
  const secrets = objectsIn(fields, 'env').flatMap(({ name, valueFrom }, index) =>
    isObject(valueFrom) && 'secretKeyRef' in valueFrom
      ? [fieldRisk([...path, 'env', index], name, 'secrets', `${readers(role)} its value`)]
      : [],
  );
  const sources = listIn(fields, 'envFrom').flatMap((source, index) =>
    isObject(source) && 'secretRef' in source
      ? [
          fieldRisk(
            [...path, 'envFrom', index],
            source['secretRef'],
            'secrets',
            `${readers(role)} all that is in it`,
          ),
        ]
      : [],
  );
  return [...secrets, ...sources, ...(role === 'build' ? lintLoading(container) : [])];
}

function lintLoading(container: ViewedContainer): LintFinding[] {
  return variablesOf(container).flatMap(({ name }, index) => {
    const at = [...container.path, 'env', index, 'name'];
    if (name === 'PATH')
      return [
        fieldGap(at, name, "takes the place of every image's own, and hides programs that lie elsewhere"),
      ];
    if (!decidesLoading(name)) return [];
    return [
      fieldRisk(at, name, 'nothingBeside', 'decides what the shell loads that ends what a job left running'),
    ];
  });
}

function lintCredentials({ mounts }: ViewedContainer, volumes: readonly ViewedVolume[]): LintFinding[] {
  return mounts.flatMap(({ volume: name, path }) => {
    const volume = volumes.find((each) => each.name === name);
    if (!volume || !projections(volume).some(isToken)) return [];
    return [
      fieldRisk(
        [...path, 'name'],
        name,
        'noToken',
        'is a credential of the cluster beside the job, which can ask this container over the network that they share',
      ),
    ];
  });
}
