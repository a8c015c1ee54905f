// The security contexts that an operator's pod_template brings along: a finer default, for the pod or for one container.
import type { SecurityFields } from '../policy/policy.ts';
import type { KeyPath } from '../policy/problem.ts';
import { isObject } from './field-values.ts';

type Template = Readonly<Record<string, unknown>> | undefined;

export interface TemplateContainer {
  readonly name: string;
  readonly path: KeyPath;
  readonly securityContext: SecurityFields;
}

export const templateSpecPath: KeyPath = ['pod_template', 'spec'];

/** The `securityContext` of the template's pod. */
export function templatePodFields(template: Template): SecurityFields {
  return objectIn(specOf(template), 'securityContext');
}

/** Containers and init containers, in the order of the template. */
export function templateContainers(template: Template): TemplateContainer[] {
  const spec = specOf(template);
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers: unknown = spec[list];
    if (!Array.isArray(containers)) return [];
    return containers.filter(isObject).map((container, index) => ({
      name: String(container['name']),
      path: [...templateSpecPath, list, index],
      securityContext: objectIn(container, 'securityContext'),
    }));
  });
}

function specOf(template: Template): Readonly<Record<string, unknown>> {
  return objectIn(template ?? {}, 'spec');
}

function objectIn(parent: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = parent[key];
  return isObject(value) ? value : {};
}
