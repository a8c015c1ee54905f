// Requests and limits of a pod_template: as Kubernetes takes them, and as they stand in the pod after the merge with `resources`.
import type { ContainerRole, ResourceRequirements } from '../../../policy/policy.ts';
import type { KeyPath, Problem } from '../../../policy/problem.ts';
import {
  type AmountProblem,
  type Amounts,
  checkResourceAmounts as checkEach,
  checkPairs,
} from '../../../policy/schema/resource-amounts.ts';
import { readQuantity } from '../../../policy/schema/values/quantity.ts';
import { isObject } from '../../../security/field-values.ts';
import { templateSpecPath } from '../../../security/template-contexts.ts';
import { strategicMerge } from '../../strategic-merge.ts';
import { listIn, objectsIn } from '../rules/rules.ts';
import type { Fields, TemplateView, ViewedContainer } from '../template-view.ts';

export type OwnResources = Readonly<Record<ContainerRole, ResourceRequirements>>;

/** `resources`: those of the policy, which a template's are laid over; null: unknown, and then the template is looked at alone. */
export function checkTemplateAmounts(view: TemplateView, resources: OwnResources | null): Problem[] {
  return [
    ...view.containers.flatMap((container) => [
      ...ofContainer(container, resources),
      ...ofClaims(container, objectsIn(view.spec, 'resourceClaims')),
    ]),
    ...ofPod(view, resources),
  ];
}

function ofContainer({ fields, role, path }: ViewedContainer, resources: OwnResources | null): Problem[] {
  const written = fields['resources'];
  if (!isObject(written)) return [];
  const at = [...path, 'resources'];
  const problems = checkEach(amountsOf(written));
  if (problems.length > 0 || role === 'own' || resources === null) {
    return problems.map((problem) => place(problem, at));
  }
  const merged = strategicMerge({ ...resources[role] }, written);
  return checkPairs(amountsOf(merged)).map(({ message, ...problem }) =>
    place({ ...problem, message: `${message}; what is not set here comes from \`resources.${role}\`` }, at),
  );
}

const amountsOf = ({ requests, limits }: Fields): Amounts => ({
  requests: isObject(requests) ? requests : undefined,
  limits: isObject(limits) ? limits : undefined,
});

const place = ({ list, name, ...problem }: AmountProblem, at: KeyPath): Problem => ({
  ...problem,
  path: [...at, list, name],
});

/** Of devices: each names one of the pod's. */
function ofClaims({ fields, path }: ViewedContainer, claims: readonly Fields[]): Problem[] {
  const resources = isObject(fields['resources']) ? fields['resources'] : {};
  return listIn(resources, 'claims').flatMap((claim, index) =>
    !isObject(claim) || claims.some(({ name }) => name === claim['name'])
      ? []
      : [
          {
            path: [...path, 'resources', 'claims', index, 'name'],
            message: `names ${String(claim['name'])}, which spec.resourceClaims does not have`,
          },
        ],
  );
}

/** Jobs have different numbers of services, so that only limits can hold for all of their pods. */
function ofPod({ spec }: TemplateView, resources: OwnResources | null): Problem[] {
  const written = spec['resources'];
  if (!isObject(written)) return [];
  const at = [...templateSpecPath, 'resources'];
  const refused = ['requests', 'claims']
    .filter((field) => written[field] !== undefined)
    .map((field) => ({
      path: [...at, field],
      isAboutKey: true,
      message:
        'cannot be the same for all jobs, which have different numbers of services; set those of containers',
    }));
  const limits = isObject(written['limits']) ? written['limits'] : {};
  return [
    ...refused,
    ...Object.entries(limits).flatMap(([name, limit]) => ofPodLimit(name, limit, at, resources)),
  ];
}

function ofPodLimit(name: string, limit: unknown, at: KeyPath, resources: OwnResources | null): Problem[] {
  const path = [...at, 'limits', name];
  if (name !== 'cpu' && name !== 'memory') {
    return [
      { path, isAboutKey: true, message: 'cannot be limited for a whole pod; only cpu and memory can' },
    ];
  }
  const [fault] = checkEach({ limits: { [name]: limit } });
  if (fault) return [{ path, message: fault.message }];
  if (resources === null) return [];
  const role = (['build', 'helper', 'service'] as const).find(
    (each) => (readQuantity(resources[each].limits?.[name] ?? '0') ?? 0) > (readQuantity(String(limit)) ?? 0),
  );
  if (!role) return [];
  return [
    {
      path,
      message: `is less than the limit of one container, ${String(resources[role].limits?.[name])} (\`resources.${role}\`)`,
    },
  ];
}
