// What may run, and how it is pulled.
import { checkPattern } from '../../policy/pattern/pattern.ts';
import { shortList } from '../../text/short-list.ts';
import { setValue, valueAt } from '../draft.ts';
import type { Section } from '../keys/known-keys.ts';
import type { Row, Take } from './row.ts';
import { serviceContainers } from './service-containers.ts';
import { copied, isNothing, withoutVariables } from './takes.ts';

/** The verdicts stay: what GitLab cannot read matches nothing there either. */
const patterns =
  (list: 'allowed_images' | 'allowed_services'): Take =>
  ({ key, value, draft }) => {
    if (isNothing(value))
      return { says: 'It is empty, which allows everything; the key is left out, which means the same.' };
    const all = (value as readonly unknown[]).map(String);
    const readable = all.filter((pattern) => checkPattern(pattern, 'image name') === null);
    setValue(draft, [list], readable, key);
    const left = all.filter((pattern) => !readable.includes(pattern));
    if (left.length === 0) return undefined;
    return {
      verdict: 'different',
      says: `${shortList(left.map((each) => `\`${each}\``))} cannot be read as a pattern, and so allows nothing in GitLab either; left out. The others give the same verdicts.`,
    };
  };

/** Each once: GitLab reads the second as another try. */
const pullPolicy: Take = ({ key, value, draft }) => {
  const all = [value].flat().map(String);
  if (all.every((each) => each === '')) return { says: 'It is empty, which means as much as nothing.' };
  const once = [...new Set(all)];
  setValue(draft, ['pull_policy'], once.length === 1 ? once[0] : once, key);
  return once.length === all.length
    ? undefined
    : {
        verdict: 'different',
        says: 'A failed pull is tried again while that can help; each policy stands here once.',
      };
};

/** GitLab's Docker executor admits the runner's own services when a job names them, and its Kubernetes executor does not. */
const servicesOfDocker: Take = (taken) => {
  const said = patterns('allowed_services')(taken);
  const { draft, key, all } = taken;
  const listed = valueAt(draft.policy, ['allowed_services']);
  const own = Array.isArray(all['services']) ? (all['services'] as Readonly<Record<string, unknown>>[]) : [];
  const names = own.map(({ name }) => String(name)).filter((name) => plainName.test(name));
  const missing = [...new Set(names)].filter((name) => Array.isArray(listed) && !listed.includes(name));
  if (!Array.isArray(listed) || missing.length === 0) return said;
  setValue(draft, ['allowed_services'], [...(listed as unknown[]), ...missing], key);
  const added = `${shortList(missing.map((name) => `\`${name}\``))} of \`services\` is added, because GitLab admits the runner's own services to jobs.`;
  return { ...said, says: said?.says === undefined ? added : `${said.says} ${added}` };
};

/** Nothing in it is a wildcard, or a variable. */
const plainName = /^[\w./:@-]+$/;

const both = (section: Section): Row[] => [
  {
    section,
    keys: ['image'],
    verdict: 'same',
    becomes: 'default_image',
    says: 'Allowed as an image and as a service, whatever the lists say.',
    take: withoutVariables('default_image'),
  },
  {
    section,
    keys: ['allowed_images'],
    verdict: 'same',
    becomes: 'allowed_images',
    says: 'Every name gets the verdict that it has today; an empty list is left out.',
    take: patterns('allowed_images'),
  },
  {
    section,
    keys: ['allowed_services'],
    verdict: 'same',
    becomes: 'allowed_services',
    says: 'As `allowed_images`.',
    take: section === 'docker' ? servicesOfDocker : patterns('allowed_services'),
  },
  {
    section,
    keys: ['pull_policy'],
    verdict: 'same',
    becomes: 'pull_policy',
    says: 'Of a list, later ones are tried after a failed pull.',
    take: pullPolicy,
  },
  {
    section,
    keys: ['allowed_pull_policies'],
    verdict: 'same',
    becomes: 'allowed_pull_policies',
    says: '',
    take: copied('allowed_pull_policies'),
  },
  {
    section,
    keys: ['helper_image'],
    verdict: 'same',
    becomes: 'helper_image',
    says: '',
    take: withoutVariables('helper_image'),
  },
  {
    section,
    keys: ['helper_image_flavor'],
    verdict: 'different',
    becomes: 'helper_image',
    says: "Name the helper image with its flavor in `helper_image`; without it, it is GitLab's own for the version of the runner.",
  },
  {
    section,
    keys: ['services', 'services.*'],
    verdict: 'pod_template',
    becomes: 'pod_template.spec.containers',
    says: 'Each becomes a container of every pod, reachable by its names, with the amounts of any service; jobs are not asked and `allowed_services` does not count for it. What a job needs is better named in its `services`.',
    take: serviceContainers,
  },
];

export const imageRows: readonly Row[] = [
  ...both('kubernetes'),
  ...both('docker'),
  {
    section: 'kubernetes',
    keys: ['image_pull_secrets'],
    verdict: 'same',
    becomes: 'image_pull_secrets',
    says: "A job's own credentials come before them.",
    take: copied('image_pull_secrets'),
  },
  {
    section: 'kubernetes',
    keys: ['use_service_account_image_pull_secrets'],
    verdict: 'different',
    becomes: 'image_pull_secrets',
    says: 'Kubernetes adds those of the service account to pods that name none. Name them in `image_pull_secrets`, so that they count beside credentials of a job, too.',
  },
  {
    section: 'kubernetes',
    keys: ['helper_image_autoset_arch_and_os'],
    verdict: 'different',
    becomes: 'helper_image',
    says: 'Name the helper image of another architecture in `helper_image`.',
  },
];
