// Every field that there is was decided about: a newer schema brings fields that fail here until somebody looked at them.
import { expect, test } from 'vitest';
import { decide } from '../../../../src/pod/template/decide.ts';
import { containerFields } from '../../../../src/pod/template/schema/container-fields.ts';
import { fieldNames } from '../../../../src/pod/template/schema/schema.ts';
import { podFields } from '../../../../src/pod/template/schema/template-pod-fields.ts';
import { volumeFields } from '../../../../src/pod/template/schema/volume-kinds.ts';

test.each([
  ['PodSpec', podFields],
  ['Container', containerFields.build],
  ['Container', containerFields.helper],
  ['Container', containerFields.service],
  ['Container', containerFields.init],
  ['Container', containerFields.own],
  ['Volume', volumeFields],
])('every field of %s is decided about', (type, decisions) => {
  expect(Object.keys(decisions).sort()).toEqual([...(fieldNames(type) ?? [])].sort());
});

test('a field that nobody decided about is refused', () => {
  const older = Object.fromEntries(Object.entries(podFields).filter(([field]) => field !== 'hostIPC'));

  expect(decide({ hostIPC: false, notOne: 1 }, 'PodSpec', older, ['spec'])).toEqual([
    {
      path: ['spec', 'hostIPC'],
      isAboutKey: true,
      message:
        'is newer than the last look at what it could undo; leave it out until a version of this program knows it',
    },
  ]);
});

test.each<[field: string, value: unknown, message: RegExp]>([
  ['activeDeadlineSeconds', 5, /follows the job's timeout$/],
  ['automountServiceAccountToken', true, /may only be false\. .*no container of a job holds/],
  ['ephemeralContainers', [], /cannot be part of a new pod$/],
  ['hostIPC', true, /may only be false.*user namespace/],
  ['hostNetwork', true, /may only be false.*reaches what the node reaches.*do not see each other's/],
  ['hostPID', 'yes', /may only be false/],
  ['hostUsers', true, /false for every job.*no byte of a job runs without/],
  ['nodeName', 'n', /use nodeSelector or affinity$/],
  ['os', { name: 'windows' }, /only Linux has user namespaces$/],
  ['overhead', {}, /name that in runtimeClassName$/],
  ['priority', 5, /name that in priorityClassName$/],
  ['priorityClassName', 'system-node-critical', /name a class of your own.*hurts only itself/],
  ['priorityClassName', 'system-cluster-critical', /name a class of your own/],
  ['restartPolicy', 'Always', /run once.*a script is started once/],
  ['schedulingGroup', {}, /leave it out$/],
  ['serviceAccount', 'x', /old name of serviceAccountName/],
  ['shareProcessNamespace', true, /do not see each other's processes/],
])('%s: %j is refused', (field, value, message) => {
  expect(podFields[field]?.(value)).toMatch(message);
});

test.each(['hostIPC', 'hostNetwork', 'hostPID', 'automountServiceAccountToken'])(
  '%s may say what is so',
  (field) => {
    expect(podFields[field]?.(false)).toBeNull();
  },
);

const ours = ['build', 'helper', 'service', 'init'] as const;

test.each<[field: string, message: RegExp]>([
  ['args', /process 1 of this container is its own/],
  ['command', /process 1 of this container is its own/],
  ['image', /default_image.*only admitted images/],
  ['imagePullPolicy', /comes from pull_policy$/],
  ['lifecycle', /runs hooks.*nothing of the job runs beside/],
  ['livenessProbe', /by the kubelet.*nothing of the job runs beside/],
  ['readinessProbe', /by the kubelet/],
  ['startupProbe', /by the kubelet/],
  ['restartPolicy', /a script is started once/],
  ['restartPolicyRules', /a script is started once/],
  ['stdin', /by exec$/],
  ['stdinOnce', /by exec$/],
  ['tty', /by exec$/],
  ['terminationMessagePath', /can write over what lies there.*no container executes a file of ours/],
  ['terminationMessagePolicy', /from its log$/],
  ['volumeDevices', /volumeMounts.*root in a pod is nobody/],
])('%s of ours is refused, of a container of the template not', (field, message) => {
  for (const role of ours) expect(containerFields[role][field]?.('x')).toMatch(message);
  expect(containerFields.own[field]?.('x')).toBeNull();
});

test('the helper takes no variables by the list, an init container none at all', () => {
  expect(containerFields.helper['envFrom']?.([])).toMatch(
    /names nobody can check.*trust nothing that the job left/,
  );
  expect(containerFields.init['env']?.([])).toMatch(/does one thing and ends$/);
  expect(containerFields.build['envFrom']?.([])).toBeNull();
});

test('volumes that reach the node are refused, those of the pod are not', () => {
  const taken = Object.keys(volumeFields).filter((field) => volumeFields[field]?.({}) === null);

  expect(taken.sort()).toEqual(
    [
      ...[
        'configMap',
        'csi',
        'downwardAPI',
        'emptyDir',
        'ephemeral',
        'image',
        'name',
        'persistentVolumeClaim',
      ],
      ...['projected', 'secret'],
    ].sort(),
  );
  expect(volumeFields['hostPath']?.({})).toMatch(/writes as root of the node.*root in a pod is nobody/);
  expect(volumeFields['gitRepo']?.({})).toMatch(/runs a program of the node/);
  expect(volumeFields['nfs']?.({})).toMatch(/persistentVolumeClaim/);
});
