// As whom containers run, and what they may. What would loosen the policy is never written: it is named with the key that would do it.
import { isObject } from '../../security/field-values.ts';
import { setValue } from '../draft.ts';
import type { KeyOutcome, Row, Take } from './row.ts';
import { always, copied, inSpec } from './takes.ts';

const noPrivilege: KeyOutcome = {
  verdict: 'different',
  says: 'Nothing is privileged here: such a container could leave its user namespace. Images are built without it (docs/build-images.md); what needs a device gets it from a device plugin, by `pod_template`.',
};

const escalation: KeyOutcome = {
  verdict: 'different',
  says: 'It stays off. Where setuid programs are needed, `allowPrivilegeEscalation: true` in `enforced_security_context`, best of a profile for the jobs that need it, is the key.',
};

const capabilities: KeyOutcome = {
  verdict: 'different',
  says: 'It is not taken over. What jobs need is usually in the set that the written policy gives to root; more goes to `enforced_security_context.capabilities.add`, best of a profile for the jobs that need it.',
};

const ids =
  (list: 'allowed_users' | 'allowed_groups'): Take =>
  ({ key, value, draft }) => {
    const all = (value as readonly unknown[]).map(String);
    if (all.length === 0) return { says: 'It is empty, which means as much as nothing.' };
    const numbers = all.filter((id) => /^\d+$/.test(id)).map(Number);
    setValue(draft, [list], [...new Set(numbers)], key);
    if (numbers.length === all.length) return undefined;
    return { verdict: 'different', says: 'Only numbers are known outside of an image; names are left out.' };
  };

interface Context {
  readonly prefix: string;
  readonly path: readonly string[];
}

/** What an administrator writes wins over the job in GitLab's executor, so it is enforced here. */
const commonRows = ({ prefix, path }: Context): Row[] => {
  const row = (name: string, field: string, take: Take = copied(...path, field)): Row => ({
    section: 'kubernetes',
    keys: [`${prefix}.${name}`],
    verdict: 'same',
    becomes: [...path, field].join('.'),
    says: '',
    take,
  });
  return [
    row('run_as_non_root', 'runAsNonRoot'),
    row('selinux_type', 'seLinuxOptions.type', copied(...path, 'seLinuxOptions', 'type')),
    ...(['seccomp_profile', 'app_armor_profile'] as const).map((name) => {
      const field = name === 'seccomp_profile' ? 'seccompProfile' : 'appArmorProfile';
      return {
        ...row(name, field, profileAt(path, field)),
        keys: [`${prefix}.${name}`, `${prefix}.${name}.*`],
      };
    }),
  ];
};

const profileAt =
  (path: readonly string[], field: string): Take =>
  ({ key, value, draft }) => {
    const { type, localhost_profile } = isObject(value) ? value : {};
    const file = localhost_profile === undefined ? {} : { localhostProfile: localhost_profile };
    setValue(draft, [...path, field], { type, ...file }, key);
    return undefined;
  };

const userRows = ({ prefix, path }: Context): Row[] =>
  (['user', 'group'] as const).map((who) => {
    const field = who === 'user' ? 'runAsUser' : 'runAsGroup';
    return {
      section: 'kubernetes',
      keys: [`${prefix}.run_as_${who}`],
      verdict: 'same',
      becomes: [...path, field].join('.'),
      says: '',
      take: copied(...path, field),
    };
  });

const containerRows = ({ prefix, path }: Context): Row[] => [
  ...commonRows({ prefix, path }),
  {
    section: 'kubernetes',
    keys: [`${prefix}.read_only_root_filesystem`],
    verdict: 'same',
    becomes: `${path.join('.')}.readOnlyRootFilesystem`,
    says: '',
    take: copied(...path, 'readOnlyRootFilesystem'),
  },
  {
    section: 'kubernetes',
    keys: [`${prefix}.proc_mount`],
    verdict: 'different',
    becomes: `${path.join('.')}.procMount`,
    says: 'It is not taken over: write `procMount` in a context of the policy, best of a profile for the jobs that build images.',
    take: always('Default', { verdict: 'different' }),
  },
  {
    section: 'kubernetes',
    keys: [`${prefix}.privileged`],
    verdict: 'different',
    becomes: '',
    says: noPrivilege.says ?? '',
    take: always(false, noPrivilege),
  },
  {
    section: 'kubernetes',
    keys: [`${prefix}.allow_privilege_escalation`],
    verdict: 'different',
    becomes: '',
    says: escalation.says ?? '',
    take: always(false, escalation),
  },
  {
    section: 'kubernetes',
    keys: [`${prefix}.capabilities`, `${prefix}.capabilities.*`],
    verdict: 'different',
    becomes: '',
    says: capabilities.says ?? '',
  },
];

const pod: Context = { prefix: 'pod_security_context', path: ['enforced_security_context'] };
const build: Context = {
  prefix: 'build_container_security_context',
  path: ['enforced_security_context', 'build'],
};
const service: Context = {
  prefix: 'service_container_security_context',
  path: ['enforced_security_context', 'services'],
};
const helper: Context = {
  prefix: 'helper_container_security_context',
  path: ['enforced_security_context', 'helper'],
};

export const securityRows: readonly Row[] = [
  {
    section: 'kubernetes',
    keys: ['privileged'],
    verdict: 'different',
    becomes: '',
    says: noPrivilege.says ?? '',
    take: always(false, noPrivilege),
  },
  {
    section: 'kubernetes',
    keys: ['allow_privilege_escalation'],
    verdict: 'different',
    becomes: '',
    says: escalation.says ?? '',
    take: always(false, escalation),
  },
  {
    section: 'kubernetes',
    keys: ['cap_add'],
    verdict: 'different',
    becomes: 'enforced_security_context.capabilities.add',
    says: capabilities.says ?? '',
    take: ({ value }) =>
      Array.isArray(value) && value.length === 0
        ? { verdict: 'same', says: 'It is empty, which means as much as nothing.' }
        : undefined,
  },
  {
    section: 'kubernetes',
    keys: ['cap_drop'],
    verdict: 'different',
    becomes: 'enforced_security_context.capabilities.drop',
    says: 'All capabilities are dropped, and a few given back to root inside its user namespace (`enforced_security_context.capabilities.add`): take those that you drop out of them.',
    take: ({ value }) =>
      Array.isArray(value) && value.every((each) => each === 'NET_RAW')
        ? { verdict: 'same', says: 'It is so here for every job.' }
        : undefined,
  },
  {
    section: 'kubernetes',
    keys: ['allowed_users'],
    verdict: 'same',
    becomes: 'allowed_users',
    says: "A job that asks for another one is refused; GitLab's executor warns, and runs it as somebody else.",
    take: ids('allowed_users'),
  },
  {
    section: 'kubernetes',
    keys: ['allowed_groups'],
    verdict: 'same',
    becomes: 'allowed_groups',
    says: 'As `allowed_users`.',
    take: ids('allowed_groups'),
  },
  {
    section: 'kubernetes',
    keys: ['runtime_class_name'],
    verdict: 'pod_template',
    becomes: 'pod_template.spec.runtimeClassName',
    says: '',
    take: inSpec('runtimeClassName'),
  },
  {
    section: 'kubernetes',
    keys: ['automount_service_account_token'],
    verdict: 'different',
    becomes: '',
    says: '',
    take: always(false, {
      verdict: 'different',
      says: 'No container of a job holds a token of its service account. A container of your own in `pod_template` may mount a projected one.',
    }),
  },
  ...commonRows(pod),
  ...userRows(pod),
  {
    section: 'kubernetes',
    keys: ['pod_security_context.fs_group'],
    verdict: 'same',
    becomes: 'default_security_context.fsGroup',
    says: '',
    take: copied('default_security_context', 'fsGroup'),
  },
  {
    section: 'kubernetes',
    keys: ['pod_security_context.supplemental_groups'],
    verdict: 'same',
    becomes: 'default_security_context.supplementalGroups',
    says: '',
    take: copied('default_security_context', 'supplementalGroups'),
  },
  ...containerRows(build),
  ...userRows(build),
  ...containerRows(service),
  ...userRows(service),
  ...containerRows(helper),
  {
    section: 'kubernetes',
    keys: ['helper_container_security_context.run_as_user', 'helper_container_security_context.run_as_group'],
    verdict: 'different',
    becomes: '',
    says: 'The helper always runs as the user of the build container, so that both can write the same files; nothing has to be opened to all users.',
  },
  {
    section: 'kubernetes',
    keys: ['init_permissions_container_security_context', 'init_permissions_container_security_context.*'],
    verdict: 'none',
    becomes: '',
    says: 'There is no such container: the files of a job belong to its user from the start.',
  },
];
