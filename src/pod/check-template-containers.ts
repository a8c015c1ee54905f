// What a pod_template may not say about containers: neither change what ours are, nor reach the control volumes from its own.

import type { KeyPath, Problem } from '../policy/problem.ts';
import { isObject } from '../security/field-values.ts';
import { checkSecurityFields } from '../security/security-fields.ts';
import { ourContainerName, templateSpecPath } from '../security/template-contexts.ts';
import { controlDirectory, isControlVolume } from './control-volume.ts';
import { initUserNamespace, initWorkspace } from './names.ts';

type List = 'containers' | 'initContainers';
type TemplateContainer = Readonly<Record<string, unknown>> & { readonly name: string };

export function checkTemplateContainers(containers: unknown, list: List): Problem[] {
  const at = [...templateSpecPath, list];
  if (containers === undefined) return [];
  if (!Array.isArray(containers)) return [{ path: at, message: 'must be a list' }];
  return containers.flatMap((container: unknown, index) => {
    const path = [...at, index];
    if (!isNamed(container)) return [{ path, message: 'must be a container with a name' }];
    const twice = containers.findIndex((each) => isNamed(each) && each.name === container.name) < index;
    return [
      ...(twice ? [{ path: [...path, 'name'], message: `names ${container.name} a second time` }] : []),
      ...(ourContainerName.test(container.name)
        ? refinementProblems(container, list, path)
        : ownContainerProblems(container, path)),
      ...mountProblems(container, path),
      ...contextProblems(container, path),
    ];
  });
}

/** Image names come from admission, programs from us. */
const refusedInOurs: Readonly<Record<string, string>> = {
  args: "is the executor's: process 1 of this container is its own, and services take theirs from the job",
  command: "is the executor's: process 1 of this container is its own, and services take theirs from the job",
  image: 'comes from the job or from default_image and helper_image, after it was admitted',
  imagePullPolicy: 'comes from pull_policy',
  restartPolicy: "is the executor's: a job's containers run once",
  restartPolicyRules: "is the executor's: a job's containers run once",
};

function refinementProblems(container: TemplateContainer, list: List, path: KeyPath): Problem[] {
  const refused = Object.entries(refusedInOurs).flatMap(([field, message]) =>
    field in container ? [{ path: [...path, field], message }] : [],
  );
  const isInit = container.name === initWorkspace || container.name === initUserNamespace;
  if (isInit === (list === 'initContainers')) return refused;
  const home = isInit ? 'initContainers' : 'containers';
  return [
    ...refused,
    { path: [...path, 'name'], message: `is a name of the executor's own, and belongs to ${home}` },
  ];
}

function ownContainerProblems(container: TemplateContainer, path: KeyPath): Problem[] {
  if (typeof container['image'] === 'string' && container['image'] !== '') return [];
  const message =
    `is missing: ${container.name} is a container of the template's own ` +
    '(those of the executor are build, helper, svc-0, svc-1 …)';
  return [{ path: [...path, 'image'], message }];
}

function mountProblems(container: TemplateContainer, path: KeyPath): Problem[] {
  const mounts = container['volumeMounts'] ?? [];
  const at = [...path, 'volumeMounts'];
  if (!Array.isArray(mounts)) return [{ path: at, message: 'must be a list' }];
  return mounts.flatMap((mount: unknown, index) => {
    const here = [...at, index];
    if (!isObject(mount) || typeof mount['name'] !== 'string' || typeof mount['mountPath'] !== 'string') {
      return [{ path: here, message: 'must have a name and a mountPath' }];
    }
    if (isControlVolume(mount['name'])) {
      return [
        { path: [...here, 'name'], message: 'is a control volume: it is mounted in one container only' },
      ];
    }
    return coversControl(mount['mountPath'])
      ? [
          {
            path: [...here, 'mountPath'],
            message: `lies over ${controlDirectory}, where the executor's files are`,
          },
        ]
      : [];
  });
}

/** At the directory or below it, however it is spelt. */
function coversControl(mountPath: string): boolean {
  const parts: string[] = [];
  for (const part of mountPath.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.length === 0 || `/${parts[0] ?? ''}` === controlDirectory;
}

function contextProblems(container: TemplateContainer, path: KeyPath): Problem[] {
  const context = container['securityContext'] ?? {};
  const at = [...path, 'securityContext'];
  if (!isObject(context)) return [{ path: at, message: 'must be a map of security fields' }];
  return [
    ...checkSecurityFields(context, at, 'container'),
    ...['runAsUser', 'runAsGroup']
      .filter((field) => field in context && followsBuild.has(container.name))
      .map((field) => ({ path: [...at, field], message: 'is that of build: both work on the same files' })),
  ];
}

const followsBuild = new Set(['helper', initWorkspace, initUserNamespace]);

function isNamed(container: unknown): container is TemplateContainer {
  return isObject(container) && typeof container['name'] === 'string' && container['name'] !== '';
}
