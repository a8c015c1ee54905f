// What a pod_template may not say, found when the policy is loaded: what Kubernetes would not take, and what would break a
// promise of the executor. Every field that there is was looked at (template/schema), and a newer one is refused. Rules about
// single values are in template/rules; what several fields must be to each other in template/check.

import { isExecutorContainer } from '../layout/container-names.ts';
import type { KeyPath, Problem } from '../policy/problem.ts';
import { wrongType } from '../policy/schema/describe-issue.ts';
import { shippedResources } from '../policy/schema/resources-schema.ts';
import { isObject } from '../security/field-values.ts';
import { checkSecurityFields } from '../security/security-fields.ts';
import { templateSpecPath } from '../security/template-contexts.ts';
import { checkTemplateContainers } from './check-template-containers.ts';
import { terminationGraceSeconds } from './draft-pod.ts';
import type { PodTemplate } from './manifest.ts';
import { checkTemplateAmounts, type OwnResources } from './template/check/check-amounts.ts';
import { checkEnv } from './template/check/check-env.ts';
import { checkMetadata } from './template/check/check-metadata.ts';
import { checkMounts } from './template/check/check-mounts.ts';
import { checkOwnContainers } from './template/check/check-own-containers.ts';
import { checkVolumes } from './template/check/check-volumes.ts';
import { decide } from './template/decide.ts';
import { checkSchema } from './template/schema/check-schema.ts';
import { podFields } from './template/schema/template-pod-fields.ts';
import { viewTemplate } from './template/template-view.ts';

const path: KeyPath = ['pod_template'];

/**
 * All problems at once; empty: the template can be merged, and every pod that comes of it keeps our promises. `resources`: those
 * of the policy, over which the template's are laid; null: nobody knows them yet.
 */
export function checkPodTemplate(
  template: PodTemplate,
  resources: OwnResources | null = shippedResources,
): Problem[] {
  const ofPromises = [...directives(template, path), ...promiseProblems(template, resources)];
  const ofSchema = checkSchema(template, 'PodTemplateSpec', path, {
    mayBeNull: (at) => isOurAmount(template, at),
  });
  // A field that cannot be there at all has no other mistakes.
  return [...ofPromises, ...ofSchema.filter((problem) => !ofPromises.some((each) => covers(each, problem)))];
}

function promiseProblems(template: PodTemplate, resources: OwnResources | null): Problem[] {
  const view = viewTemplate(template);
  const { spec } = view;
  const grace = spec['terminationGracePeriodSeconds'] ?? terminationGraceSeconds;
  return [
    ...checkMetadata(template['metadata'], [...path, 'metadata']),
    ...decide(spec, 'PodSpec', podFields, templateSpecPath),
    ...contextProblems(spec),
    ...checkTemplateContainers(view),
    ...checkVolumes(view),
    ...checkMounts(view),
    ...checkEnv(view),
    ...checkTemplateAmounts(view, resources),
    ...checkOwnContainers(view, Number(grace)),
  ];
}

function contextProblems(spec: Readonly<Record<string, unknown>>): Problem[] {
  const context = spec['securityContext'] ?? {};
  const at = [...templateSpecPath, 'securityContext'];
  if (isObject(context)) return checkSecurityFields(context, at, 'pod');
  return [{ path: at, message: wrongType(['keys with values'], context) }];
}

/** `null` takes an amount of ours away, and nothing else: what keeps a promise is never taken away. */
function isOurAmount(template: PodTemplate, at: KeyPath): boolean {
  const [, , list, index, field, , name] = at;
  if (field !== 'resources' || name === undefined) return false;
  const spec = isObject(template['spec']) ? template['spec'] : {};
  const containers = spec[String(list)];
  const container: unknown = Array.isArray(containers) ? containers[Number(index)] : undefined;
  return isObject(container) && isExecutorContainer(String(container['name']));
}

const covers = (wider: Problem, { path: narrower }: Problem): boolean =>
  wider.path.every((key, index) => narrower[index] === key);

/** kubectl's patch directives mean nothing in a template, and merged as fields they would surprise. */
function directives(value: unknown, at: KeyPath): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => directives(item, [...at, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    /^\$(patch|retainKeys|setElementOrder|deleteFromPrimitiveList)/.test(key)
      ? [
          {
            path: [...at, key],
            isAboutKey: true,
            message: 'is a patch directive; pod_template is a PodTemplateSpec, laid over the pod',
          },
        ]
      : directives(item, [...at, key]),
  );
}
