// What a pod_template may not say in labels and annotations: neither what pods are found and swept by, nor what tells the
// kubelet or the runtime things that no field of the pod would be allowed to say.
import type { KeyPath, Problem } from '../../../policy/problem.ts';
import { isObject } from '../../../security/field-values.ts';
import { isOwnKey } from '../../labels.ts';
import { breaks } from '../promises.ts';

interface Refused {
  readonly form: RegExp;
  readonly message: string;
}

/** Annotations that stand in for fields, and pass by what holds the fields. */
const refusedAnnotations: readonly Refused[] = [
  {
    form: /^(container\.apparmor\.security\.beta\.kubernetes\.io|container\.seccomp\.security\.alpha\.kubernetes\.io)\/|^seccomp\.security\.alpha\.kubernetes\.io\/pod$/,
    message: breaks(
      'enforced',
      'is the old way to write a security field. Write appArmorProfile or seccompProfile in a security context',
    ),
  },
  {
    form: /^io\.kubernetes\.cri-o\.userns-mode$/,
    message: breaks(
      'userNamespace',
      'is another way to ask for a user namespace. Leave it out: hostUsers is false for every job',
    ),
  },
  {
    form: /^kubernetes\.io\/config\./,
    message: 'marks a pod that a kubelet made from a file of its own. Leave it out',
  },
];

/** Kubernetes takes 256 KiB in all; ours and what webhooks add need some. */
const maxCharacters = 200_000;

export function checkMetadata(metadata: unknown, path: KeyPath): Problem[] {
  if (!isObject(metadata)) return [];
  const { labels, annotations } = metadata;
  return [
    ...ofOurs(labels, [...path, 'labels']),
    ...ofOurs(annotations, [...path, 'annotations']),
    ...ofAnnotations(annotations, [...path, 'annotations']),
  ];
}

function ofOurs(entries: unknown, path: KeyPath): Problem[] {
  return Object.keys(isObject(entries) ? entries : {})
    .filter(isOwnKey)
    .map((key) => ({
      path: [...path, key],
      isAboutKey: true,
      message: "is the executor's: pods are found and swept by it",
    }));
}

function ofAnnotations(annotations: unknown, path: KeyPath): Problem[] {
  if (!isObject(annotations)) return [];
  const refused = Object.keys(annotations).flatMap((key) => {
    const found = refusedAnnotations.find(({ form }) => form.test(key));
    return found ? [{ path: [...path, key], isAboutKey: true, message: found.message }] : [];
  });
  const characters = JSON.stringify(annotations).length;
  if (characters <= maxCharacters) return refused;
  return [
    ...refused,
    { path, message: `has ${characters} characters; ${maxCharacters} are the most that fit into a pod` },
  ];
}
