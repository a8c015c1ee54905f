// What Kubernetes asks of the containers that a template brings, beyond their fields: init containers that run once, devices,
// hooks that sleep.

import { buildContainer, helperContainer, serviceContainer } from '../../../layout/container-names.ts';
import type { Problem } from '../../../policy/problem.ts';
import { isObject } from '../../../security/field-values.ts';
import { objectsIn } from '../rules/rules.ts';
import type { TemplateView, ViewedContainer } from '../template-view.ts';

/** Without one in the template, what draft-pod.ts sets. */
export function checkOwnContainers(view: TemplateView, graceSeconds: number): Problem[] {
  return view.containers
    .filter(({ role }) => role === 'own')
    .flatMap((container) => [
      ...imageProblems(container),
      ...initProblems(container),
      ...deviceProblems(container, view),
      ...sleepProblems(container, graceSeconds),
    ]);
}

function imageProblems({ name, fields, path }: ViewedContainer): Problem[] {
  if (fields['image'] !== undefined) return [];
  const message =
    `is missing: ${name} is a container of the template's own ` +
    `(those of the executor are ${buildContainer}, ${helperContainer}, ${serviceContainer(0)}, ${serviceContainer(1)} …)`;
  return [{ path: [...path, 'image'], message }];
}

const onlyOfLasting = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'];

function initProblems({ list, fields, path }: ViewedContainer): Problem[] {
  if (list === 'containers') return [];
  const policy = fields['restartPolicy'];
  if (policy === 'Always') return [];
  return onlyOfLasting
    .filter((field) => fields[field] !== undefined)
    .map((field) => ({
      path: [...path, field],
      isAboutKey: true,
      message:
        'is not for an init container that runs once; with `restartPolicy: Always` it lasts as long as the pod',
    }));
}

const ofBlocks = new Set(['persistentVolumeClaim', 'ephemeral']);

function deviceProblems({ fields, path, mounts }: ViewedContainer, { volumes }: TemplateView): Problem[] {
  const devices = objectsIn(fields, 'volumeDevices');
  return devices.flatMap(({ name, devicePath }, index) => {
    const at = [...path, 'volumeDevices', index];
    const volume = volumes.find((each) => each.name === name);
    if (!volume)
      return [
        { path: [...at, 'name'], message: `names ${String(name)}, which is no volume of the template` },
      ];
    if (!ofBlocks.has(volume.kind)) {
      return [
        {
          path: [...at, 'name'],
          message: `names a volume of kind ${volume.kind}; only persistentVolumeClaim and ephemeral can be devices`,
        },
      ];
    }
    const isTaken =
      mounts.some((mount) => mount.volume === name || mount.fields['mountPath'] === devicePath) ||
      devices.findIndex((each) => each['name'] === name || each['devicePath'] === devicePath) < index;
    if (!isTaken && !String(devicePath).split('/').includes('..')) return [];
    return [{ path: at, message: 'must be the only use of its volume and path, and have no `..`' }];
  });
}

/** A hook cannot sleep for longer than the pod has to end. */
function sleepProblems({ fields, path }: ViewedContainer, graceSeconds: number): Problem[] {
  const lifecycle = isObject(fields['lifecycle']) ? fields['lifecycle'] : {};
  return ['postStart', 'preStop'].flatMap((hook) => {
    const handler = isObject(lifecycle[hook]) ? lifecycle[hook] : {};
    const seconds = isObject(handler['sleep']) ? Number(handler['sleep']['seconds']) : 0;
    if (!(seconds < 0 || seconds > graceSeconds)) return [];
    const message = `is ${seconds}, and the pod has ${graceSeconds} s to end (terminationGracePeriodSeconds)`;
    return [{ path: [...path, 'lifecycle', hook, 'sleep', 'seconds'], message }];
  });
}
