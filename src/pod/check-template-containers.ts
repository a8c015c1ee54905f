// What a pod_template may not say about containers: neither change what ours are, nor open a port of the node.

import {
  helperContainer,
  initUserNamespace,
  initWorkspace,
  serviceContainer,
  serviceIndex,
} from '../layout/container-names.ts';
import { controlDirectory } from '../layout/paths.ts';
import type { Problem } from '../policy/problem.ts';
import { wrongType } from '../policy/schema/describe-issue.ts';
import { isObject } from '../security/field-values.ts';
import { checkSecurityFields } from '../security/security-fields.ts';
import { decide } from './template/decide.ts';
import { breaks } from './template/promises.ts';
import { containerFields } from './template/schema/container-fields.ts';
import { isBelow, normalPath, type TemplateView, type ViewedContainer } from './template/template-view.ts';

export function checkTemplateContainers({ containers }: TemplateView): Problem[] {
  return containers.flatMap((container, index) => [
    ...nameProblems(container, containers.slice(0, index)),
    ...decide(container.fields, 'Container', containerFields[container.role], container.path),
    ...portProblems(container),
    ...workDirectoryProblems(container),
    ...contextProblems(container),
  ]);
}

function nameProblems(
  { name, role, list, path }: ViewedContainer,
  before: readonly ViewedContainer[],
): Problem[] {
  const at = [...path, 'name'];
  if (before.some((each) => each.name === name))
    return [{ path: at, message: `names ${name} a second time` }];
  const home = role === 'init' ? 'initContainers' : 'containers';
  if (role !== 'own' && list !== home) {
    return [{ path: at, message: `is a name of the executor's own, and belongs to ${home}` }];
  }
  const index = serviceIndex(name);
  if (index === null || name === serviceContainer(index)) return [];
  return [
    {
      path: at,
      message: `is no container of a job: services are ${serviceContainer(0)}, ${serviceContainer(1)} …; write ${serviceContainer(index)}`,
    },
  ];
}

/** The containers of a pod share its network: a port that one opens is every one's. */
function portProblems({ fields, path }: ViewedContainer): Problem[] {
  const ports: readonly unknown[] = Array.isArray(fields['ports']) ? fields['ports'] : [];
  return ports.flatMap((port, index) =>
    ['hostPort', 'hostIP']
      .filter((field) => isObject(port) && port[field] !== undefined)
      .map((field) => ({
        path: [...path, 'ports', index, field],
        isAboutKey: true,
        message: breaks(
          'apart',
          'opens a port of the node, and what comes there reaches a job. Leave it out',
        ),
      })),
  );
}

/** A runtime makes the directory where there is none, for root. */
function workDirectoryProblems({ role, fields, path }: ViewedContainer): Problem[] {
  const directory = fields['workingDir'];
  if (role === 'own' || typeof directory !== 'string') return [];
  if (!isBelow(normalPath(directory), controlDirectory)) return [];
  const message = breaks(
    'ownFiles',
    `lies in ${controlDirectory}, where the executor's files are. Choose another`,
  );
  return [{ path: [...path, 'workingDir'], message }];
}

function contextProblems({ name, fields, path }: ViewedContainer): Problem[] {
  const context = fields['securityContext'] ?? {};
  const at = [...path, 'securityContext'];
  if (!isObject(context)) return [{ path: at, message: wrongType(['keys with values'], context) }];
  return [
    ...checkSecurityFields(context, at, 'container'),
    ...['runAsUser', 'runAsGroup']
      .filter((field) => field in context && followsBuild.has(name))
      .map((field) => ({ path: [...at, field], message: 'is that of build: both work on the same files' })),
  ];
}

const followsBuild = new Set<string>([helperContainer, initWorkspace, initUserNamespace]);
