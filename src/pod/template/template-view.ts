// A pod_template as its checks see it: its containers and volumes, each with its place. What has another shape than
// Kubernetes' is left out here and is check-schema's to name.

import {
  buildContainer,
  helperContainer,
  isExecutorContainer,
  isServiceContainer,
} from '../../layout/container-names.ts';
import type { KeyPath } from '../../policy/problem.ts';
import { isObject } from '../../security/field-values.ts';
import { templateSpecPath } from '../../security/template-contexts.ts';
import type { PodTemplate } from '../manifest.ts';
import { objectsIn } from './rules/rules.ts';
import type { Role } from './schema/container-fields.ts';
import { fieldType } from './schema/schema.ts';
import { privateKinds, readOnlyKinds } from './schema/volume-kinds.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type ContainerList = 'containers' | 'initContainers';

export interface ViewedContainer {
  readonly name: string;
  readonly role: Role;
  readonly list: ContainerList;
  readonly fields: Fields;
  readonly path: KeyPath;
  readonly mounts: readonly ViewedMount[];
}

export interface ViewedMount {
  readonly volume: string;
  /** Absolute, without `.`, `..` and slashes too many. */
  readonly place: string;
  readonly isReadOnly: boolean;
  readonly fields: Fields;
  readonly path: KeyPath;
}

export interface ViewedVolume {
  readonly name: string;
  /** `emptyDir`, `secret`, …; that of a volume which says nothing is emptyDir. */
  readonly kind: string;
  /** More than one is a mistake. */
  readonly kinds: readonly string[];
  readonly fields: Fields;
  readonly source: Fields;
  readonly path: KeyPath;
}

export interface TemplateView {
  readonly spec: Fields;
  readonly containers: readonly ViewedContainer[];
  readonly volumes: readonly ViewedVolume[];
}

export function viewTemplate(template: PodTemplate): TemplateView {
  const spec = isObject(template['spec']) ? template['spec'] : {};
  const lists = ['containers', 'initContainers'] as const;
  return {
    spec,
    containers: lists.flatMap((list) => numbered(spec, list).map((each) => viewContainer(each, list))),
    volumes: numbered(spec, 'volumes').map(viewVolume),
  };
}

interface Numbered {
  readonly fields: Fields;
  readonly path: KeyPath;
}

/** The named objects of a list of the spec. */
function numbered(spec: Fields, list: string): Numbered[] {
  const items: readonly unknown[] = Array.isArray(spec[list]) ? spec[list] : [];
  return items.flatMap((fields, index) =>
    isObject(fields) && typeof fields['name'] === 'string'
      ? [{ fields, path: [...templateSpecPath, list, index] }]
      : [],
  );
}

function viewContainer({ fields, path }: Numbered, list: ContainerList): ViewedContainer {
  const name = String(fields['name']);
  const mounts = (Array.isArray(fields['volumeMounts']) ? (fields['volumeMounts'] as unknown[]) : []).flatMap(
    (mount, index) => (isObject(mount) ? [viewMount(mount, [...path, 'volumeMounts', index])] : []),
  );
  return { name, role: roleOf(name), list, fields, path, mounts };
}

function viewMount(fields: Fields, path: KeyPath): ViewedMount {
  return {
    volume: String(fields['name']),
    place: normalPath(String(fields['mountPath'])),
    isReadOnly: fields['readOnly'] === true,
    fields,
    path,
  };
}

function viewVolume({ fields, path }: Numbered): ViewedVolume {
  const kinds = Object.keys(fields).filter(
    (field) => field !== 'name' && fieldType('Volume', field) !== null,
  );
  const kind = kinds[0] ?? 'emptyDir';
  const source = fields[kind];
  return { name: String(fields['name']), kind, kinds, fields, source: isObject(source) ? source : {}, path };
}

function roleOf(name: string): Role {
  if (!isExecutorContainer(name)) return 'own';
  if (name === buildContainer) return 'build';
  if (name === helperContainer) return 'helper';
  return isServiceContainer(name) ? 'service' : 'init';
}

/** However it is spelt. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Whether a place is the other or lies below it. */
export const isBelow = (place: string, other: string): boolean =>
  place === other || place.startsWith(other === '/' ? other : `${other}/`);

/** The volumes that a job can write through one of its containers, workspace and cache not counted. */
export function writtenByJobs({ containers, volumes }: TemplateView): ReadonlySet<string> {
  const kinds = new Map(volumes.map(({ name, kind }) => [name, kind]));
  const written = containers
    .filter(({ role }) => role === 'build' || role === 'service')
    .flatMap(({ mounts }) => mounts)
    .filter(({ volume, isReadOnly }) => !isReadOnly && !readOnlyKinds.has(kinds.get(volume) ?? 'emptyDir'));
  return new Set(written.map(({ volume }) => volume));
}

/** Whether each pod gets a volume of its own, or nothing can be written to it. */
export const isApart = ({ kind, source }: ViewedVolume): boolean =>
  privateKinds.has(kind) || readOnlyKinds.has(kind) || source['readOnly'] === true;

/** The sources of a projected volume. */
export const projections = ({ kind, source }: ViewedVolume): readonly Fields[] =>
  kind === 'projected' ? objectsIn(source, 'sources') : [];
