// The rules in force: what is to happen to coming requests, pods, pulls and execs.
import type { ExecConnection } from '../api/exec-connection.ts';
import type { ApiRequest } from '../api/request.ts';
import { ApiRefusal } from '../api/status.ts';
import { fullImageName } from '../image/image-name.ts';
import type { PodFaults, PullFault } from '../kubelet/pod-faults.ts';
import type { Credentials } from '../kubelet/pull-credentials.ts';
import type { CutRule, PullRule, RefuseRule } from './faults.ts';
import { createRuleList } from './rule-list.ts';

export type FaultRules = ReturnType<typeof createFaultRules>;

const reasons: Readonly<Record<RefuseRule['status'], string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const messages: Readonly<Partial<Record<RefuseRule['status'], string>>> = {
  401: 'Unauthorized',
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: error dialing backend: dial tcp 10.244.0.1:10250: connect: connection refused',
  503: 'the server is currently unable to handle the request',
};

const always = Number.POSITIVE_INFINITY;

export function createFaultRules() {
  const refusals = createRuleList<RefuseRule, ApiRequest>(
    (rule, request) =>
      (rule.verb ?? request.verb) === request.verb &&
      (rule.resource ?? request.resource) === request.resource &&
      (rule.subresource ?? request.subresource ?? '') === (request.subresource ?? '') &&
      (rule.name ?? request.name) === request.name,
  );
  const pulls = createRuleList<PullRule, string>((rule, image) => {
    const full = fullImageName(rule.image);
    return (full.kind === 'name' ? full.name : rule.image) === image;
  });
  const cuts = createRuleList<CutRule, ExecConnection>(
    (rule, exec) =>
      (rule.pod ?? exec.pod) === exec.pod && (rule.container ?? exec.container) === exec.container,
  );
  const dropped = createRuleList<true, null>(() => true);
  const injected = createRuleList<Readonly<Record<string, unknown>>, null>(() => true);
  let pending: string | null = null;

  const podFaults: PodFaults = {
    unschedulable: () => pending,
    pull: (image, credentials) => pullFault(pulls.take(image), image, credentials),
  };

  return {
    podFaults,
    /** @throws ApiRefusal */
    beforeRequest: (request: ApiRequest): void => {
      const rule = refusals.take(request);
      if (rule) throw refusalOf(rule, request);
    },
    onExec: (connection: ExecConnection): void => {
      const rule = cuts.take(connection);
      if (rule) applyCut(rule, connection);
    },
    admission: (pod: Record<string, unknown>): Record<string, unknown> => {
      const spec = { ...(pod['spec'] as Record<string, unknown>) };
      if (dropped.take(null)) delete spec['hostUsers'];
      const extra = injected.take(null);
      if (extra) spec['containers'] = [...(spec['containers'] as unknown[]), extra];
      return { ...pod, spec };
    },
    refuse: (rule: RefuseRule) => refusals.add(rule, rule.times ?? 1),
    pull: (rule: PullRule) => pulls.add(rule, rule.times ?? always),
    cut: (rule: CutRule) => cuts.add(rule, rule.times ?? 1),
    dropHostUsers: (times = 1) => dropped.add(true, times),
    inject: (container: Readonly<Record<string, unknown>>, times = 1) => injected.add(container, times),
    keepPending: (message: string | null): void => {
      pending = message;
    },
    clear: (): void => {
      for (const list of [refusals, pulls, cuts, dropped, injected]) list.clear();
      pending = null;
    },
  };
}

export function applyCut(
  { how = 'rst', outputBytes, stdinFrames }: CutRule,
  connection: ExecConnection,
): void {
  if (outputBytes === undefined && stdinFrames === undefined) {
    connection.cut(how);
    return;
  }
  connection.cutAfter({
    how,
    ...(outputBytes === undefined ? {} : { outputBytes }),
    ...(stdinFrames === undefined ? {} : { stdinFrames }),
  });
}

function refusalOf(rule: RefuseRule, { resource, name }: ApiRequest): ApiRefusal {
  const { status, retryAfterSeconds } = rule;
  const subject = name === null ? resource : `${resource} "${name}"`;
  const message = rule.message ?? messages[status] ?? `${subject}: refused by a test with ${status}`;
  return new ApiRefusal(status, rule.reason ?? reasons[status], message, {
    details: { kind: resource, ...(name === null ? {} : { name }) },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function pullFault(
  rule: PullRule | null,
  image: string,
  credentials: readonly Credentials[],
): PullFault | null {
  if (!rule) return null;
  const { requires } = rule;
  const known = credentials.some(
    ({ username, password }) => username === requires?.username && password === requires.password,
  );
  if (requires && !known) return { message: registryMessages('denied', image) };
  const reason = typeof rule.failure === 'object' ? rule.failure.reason : undefined;
  return {
    ...(rule.failure === undefined ? {} : { message: registryMessages(rule.failure, image) }),
    ...(reason === undefined ? {} : { reason }),
    ...(rule.delayMs === undefined ? {} : { delayMs: rule.delayMs }),
  };
}

function registryMessages(failure: NonNullable<PullRule['failure']>, image: string): string {
  if (typeof failure === 'object') return failure.message;
  const registry = image.slice(0, image.indexOf('/'));
  const path = image.slice(registry.length + 1).replace(/[:@].*$/, '');
  const head = `unexpected status from HEAD request to https://${registry}/v2/${path}/manifests/latest`;
  switch (failure) {
    case 'not-found':
      return `${image}: not found`;
    case 'denied':
      return 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
    case 'too-many-requests':
      return `${head}: 429 Too Many Requests`;
    case 'unavailable':
      return `${head}: 503 Service Unavailable`;
  }
}
