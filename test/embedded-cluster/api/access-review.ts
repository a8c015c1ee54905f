// Who may do what: everything, but for a list of denials that tests set. The same list refuses requests and answers reviews.

import type { ApiRequest } from './request.ts';
import { ApiRefusal } from './status.ts';

export interface Denial {
  /** '*' is every verb. */
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
}

const userName = 'system:serviceaccount:ci:gitlab-pod-executor';

interface Question {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string | null;
}

const isDenied = (denials: readonly Denial[], question: Question): boolean =>
  denials.some(
    ({ verb, resource, subresource }) =>
      (verb === '*' || verb === question.verb) &&
      resource === question.resource &&
      (subresource ?? '') === (question.subresource ?? ''),
  );

/** @throws ApiRefusal 403 */
export function authorize(denials: readonly Denial[], request: ApiRequest): void {
  if (!isDenied(denials, request)) return;
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const subject = request.name === null ? request.resource : `${request.resource} "${request.name}"`;
  const scope =
    request.namespace === null ? 'at the cluster scope' : `in the namespace "${request.namespace}"`;
  throw new ApiRefusal(
    403,
    'Forbidden',
    `${subject} is forbidden: User "${userName}" cannot ${request.verb} resource "${resource}" in API group "${request.group}" ${scope}`,
    { details: { ...(request.name === null ? {} : { name: request.name }), kind: request.resource } },
  );
}

/** The answer to a SelfSubjectAccessReview. */
export function review(denials: readonly Denial[], body: unknown): object {
  const { spec } = body as { readonly spec?: { readonly resourceAttributes?: Partial<Question> } };
  const { verb = '', resource = '', subresource } = spec?.resourceAttributes ?? {};
  const denied = isDenied(denials, { verb, resource, subresource: subresource ?? null });
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec,
    status: { allowed: !denied },
  };
}
