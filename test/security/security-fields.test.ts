import { expect, test } from 'vitest';
import { maxId } from '../../src/layout/ids.ts';
import { checkSecurityFields, securityFields } from '../../src/security/security-fields.ts';

const check = (fields: Record<string, unknown>, place?: 'pod' | 'container'): string[] =>
  checkSecurityFields(fields, ['enforced_security_context'], place).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );

test('takes every field that it knows, with a sound value', () => {
  const sound = {
    appArmorProfile: { type: 'Localhost', localhostProfile: 'ci' },
    runAsGroup: 0,
    runAsNonRoot: true,
    runAsUser: maxId,
    seccompProfile: { type: 'RuntimeDefault' },
    seLinuxOptions: { level: 's0:c1' },
    fsGroup: 1000,
    fsGroupChangePolicy: 'OnRootMismatch',
    seLinuxChangePolicy: 'MountOption',
    supplementalGroups: [1, 2],
    supplementalGroupsPolicy: 'Strict',
    sysctls: [{ name: 'net.ipv4.ping_group_range', value: '0 1' }],
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['CHOWN'] },
    privileged: false,
    procMount: 'Unmasked',
    readOnlyRootFilesystem: true,
  };

  expect(check(sound)).toEqual([]);
  expect(Object.keys(securityFields).filter((field) => !(field in sound))).toEqual(['windowsOptions']);
});

const wrong: [fields: Record<string, unknown>, problem: string][] = [
  [{ runAsuser: 1 }, 'runAsuser is not a security field that this program knows; did you mean runAsUser?'],
  [{ hostUsers: false }, 'hostUsers is not a security field that this program knows'],
  [
    { runAsUser: 65_536 },
    `runAsUser must be a whole number from 0 to 65535: higher ids do not exist in a pod's user namespace`,
  ],
  [
    { runAsUser: -1 },
    `runAsUser must be a whole number from 0 to 65535: higher ids do not exist in a pod's user namespace`,
  ],
  [
    { runAsUser: '1000' },
    `runAsUser must be a whole number from 0 to 65535: higher ids do not exist in a pod's user namespace`,
  ],
  [
    { supplementalGroups: [1, 1_000_650_000] },
    'supplementalGroups must be a list of whole numbers from 0 to 65535',
  ],
  [{ runAsNonRoot: 'yes' }, 'runAsNonRoot must be true or false'],
  [{ privileged: true }, 'privileged may only be false: a privileged container can leave its user namespace'],
  [{ windowsOptions: {} }, 'windowsOptions is for Windows pods, which have no user namespaces'],
  [{ fsGroupChangePolicy: 'Never' }, 'fsGroupChangePolicy must be one of OnRootMismatch, Always'],
  [{ seccompProfile: 'RuntimeDefault' }, 'seccompProfile must be an object with the key type'],
  [
    { seccompProfile: { type: 'Default' } },
    'seccompProfile has a type that must be one of RuntimeDefault, Localhost, Unconfined',
  ],
  [{ seccompProfile: { type: 'Localhost' } }, 'seccompProfile needs localhostProfile with type Localhost'],
  [
    { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'x' } },
    'seccompProfile may have localhostProfile only with type Localhost',
  ],
  [
    { appArmorProfile: { typ: 'Localhost' } },
    'appArmorProfile has the unknown key "typ"; did you mean type?',
  ],
  [{ seLinuxOptions: { level: 1 } }, 'seLinuxOptions must have texts as values'],
  [{ seLinuxOptions: [] }, 'seLinuxOptions must be an object with keys of level, role, type, user'],
  [{ sysctls: { a: 'b' } }, 'sysctls must be a list of {name, value} with texts as values'],
  [{ capabilities: ['ALL'] }, 'capabilities must be an object with keys of add, drop'],
  [{ capabilities: { drop: 'ALL' } }, 'capabilities must have lists of capability names in add and drop'],
  [{ capabilities: { remove: ['ALL'] } }, 'capabilities has the unknown key "remove"'],
  [
    { capabilities: { add: ['CAP_CHOWN'] } },
    'capabilities names the unknown capability "CAP_CHOWN"; did you mean CHOWN?',
  ],
  [
    { capabilities: { drop: ['NETRAW'] } },
    'capabilities names the unknown capability "NETRAW"; did you mean NET_RAW?',
  ],
  [{ capabilities: { add: ['ALL'] } }, 'capabilities may not add ALL: name the capabilities that are needed'],
  [{ capabilities: { add: ['KILL'], drop: ['KILL'] } }, 'capabilities both adds and drops KILL'],
];

test.for(wrong)('refuses %j: %s', ([fields, problem]) => {
  expect(check(fields)).toEqual([`enforced_security_context.${problem}`]);
});

test('says where a field belongs that stands in the wrong context', () => {
  expect(check({ fsGroup: 1 }, 'container')).toEqual([
    'enforced_security_context.fsGroup belongs to the pod, not to a container',
  ]);
  expect(check({ capabilities: { drop: ['ALL'] } }, 'pod')).toEqual([
    'enforced_security_context.capabilities belongs to a container, not to the pod',
  ]);
});

test('names all mistakes at once', () => {
  expect(check({ runAsUser: 'root', privileged: true, fsGrup: 1 })).toHaveLength(3);
});
