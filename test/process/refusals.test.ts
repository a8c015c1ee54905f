// prepare against API servers that refuse: what the author reads, what GitLab Runner is told, and that no pod stays.
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { json, type Received, refuse } from '../cluster/kubernetes/fake-api-server.ts';
import { buildFailure, newAttempt, systemFailure } from './attempt.ts';
import { nameOf, type Refusal, startFakeCluster } from './fake-cluster.ts';
import { readable } from './readable.ts';

const directory = mkdtempSync(join(tmpdir(), 'refusals-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Refuses each request of that name, the first `times` of them. */
function refusing(name: string, answer: (response: ServerResponse) => void, times = Infinity): Refusal {
  let left = times;
  return (request: Received, response) => {
    if (nameOf(request) !== name || left === 0) return false;
    left -= 1;
    answer(response);
    return true;
  };
}

const account = 'User "system:serviceaccount:ci:runner"';
const starting = `Using image registry.example.org/build:latest and helper registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v19.4.0
<start pod_start><cyan>Starting the job's pod in namespace ci</>
`;
const quota =
  'Cannot create pod job-NAME in namespace ci: pods "job" is forbidden: exceeded quota: ci-quota, requested: limits.memory=512Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi. (HTTP 403 Forbidden) ' +
  "The namespace's ResourceQuota is used up: retry when other jobs have ended. Operators: raise the quota, lower `resources` in the policy, or lower the runner's `concurrent`.";

interface Row {
  readonly title: string;
  readonly refusal: Refusal;
  /** The whole of stderr. */
  readonly says: string;
  /** `timeouts.ready`; 1s unless something takes its time. */
  readonly ready?: string;
}

const notReady = (ready: number): string =>
  `<red>ERROR: The job's pod was not ready within ${ready} s (\`timeouts.ready\`): its containers are still being made. Retry the job. Operators: look at the pod's node.</>\n`;

const rows: readonly Row[] = [
  {
    title: '401 says whose credentials are not known',
    refusal: refusing('GET pods', (response) => refuse(response, 401, 'Unauthorized', 'Unauthorized')),
    says: '<red>ERROR: Cannot list pods in namespace ci: Unauthorized. (HTTP 401 Unauthorized) Operators: the API server does not know these credentials, also after they were read again: renew the token or certificate that `cluster.kubeconfig` names.</>\n',
  },
  {
    title: '403 on listing names the right to grant',
    refusal: refusing('GET pods', (response) =>
      refuse(
        response,
        403,
        'Forbidden',
        `pods is forbidden: ${account} cannot list resource "pods" in API group "" in the namespace "ci"`,
      ),
    ),
    says: `<red>ERROR: Cannot list pods in namespace ci: pods is forbidden: ${account} cannot list resource "pods" in API group "" in the namespace "ci". (HTTP 403 Forbidden) Operators: grant the account \`list\` on \`pods\` in namespace ci; config/rbac.yaml holds all that it needs.</>\n`,
  },
  {
    title: '403 on creating names the right to grant',
    refusal: refusing('POST pods', (response) =>
      refuse(
        response,
        403,
        'Forbidden',
        `pods is forbidden: ${account} cannot create resource "pods" in API group "" in the namespace "ci"`,
      ),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: pods is forbidden: ${account} cannot create resource "pods" in API group "" in the namespace "ci". (HTTP 403 Forbidden) Operators: grant the account \`create\` on \`pods\` in namespace ci; config/rbac.yaml holds all that it needs.</>\n`,
  },
  {
    title: '403 by Pod Security names the keys and the label to change',
    refusal: refusing('POST pods', (response) =>
      refuse(
        response,
        403,
        'Forbidden',
        'pods "job" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "build" must set securityContext.capabilities.drop=["ALL"])',
      ),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: pods "job" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities (container "build" must set securityContext.capabilities.drop=["ALL"]). (HTTP 403 Forbidden) Operators: the namespace enforces a Pod Security level that this pod does not meet: change \`default_security_context\`, \`enforced_security_context\` or \`pod_template\` in the policy, or the namespace's label \`pod-security.kubernetes.io/enforce\`.</>\n`,
  },
  {
    title: '403 by a quota is waited for until the deadline',
    refusal: refusing('POST pods', (response) =>
      refuse(
        response,
        403,
        'Forbidden',
        'pods "job" is forbidden: exceeded quota: ci-quota, requested: limits.memory=512Mi, used: limits.memory=4Gi, limited: limits.memory=4Gi',
      ),
    ),
    says: `${starting}<yellow>The pod cannot be made yet; waiting: ${quota}</>
<end pod_start>
<red>ERROR: ${quota}</>\n`,
    // One wait of 1 s, one of 2 s; a third would pass the deadline.
    ready: '4s',
  },
  {
    title: '404 says that the namespace is missing',
    refusal: refusing('POST pods', (response) =>
      refuse(response, 404, 'NotFound', 'namespaces "ci" not found'),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: namespaces "ci" not found. (HTTP 404 NotFound) Operators: make the namespace ci, or correct \`cluster.namespace\` in the policy.</>\n`,
  },
  {
    title: "409 of somebody else's pod of that name",
    refusal: refusing('POST pods', (response) =>
      refuse(response, 409, 'AlreadyExists', 'pods "job" already exists'),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: pods "job" already exists. (HTTP 409 AlreadyExists) Something else made or changed this object at the same time. Retry the job.</>\n`,
  },
  {
    title: '422 names the field, and where the policy sets it',
    refusal: refusing('POST pods', (response) =>
      json(response, 422, {
        kind: 'Status',
        status: 'Failure',
        reason: 'Invalid',
        message: 'Pod "job" is invalid: [spec.containers[0].resources.requests: too much, another]',
        details: {
          causes: [
            { field: 'spec.containers[0].resources.requests', message: 'must be at most the cpu limit' },
          ],
        },
      }),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: spec.containers[0].resources.requests: must be at most the cpu limit. (HTTP 422 Invalid) Operators: correct the named field where the policy sets it (\`pod_template\`, \`resources\`, a security context); \`gitlab-pod-executor print-pod\` shows the whole manifest.</>\n`,
  },
  {
    title: '429 that does not pass',
    refusal: refusing('POST pods', (response) =>
      refuse(response, 429, 'TooManyRequests', 'Too many requests, please try again later.', {
        'Retry-After': '0',
      }),
    ),
    says: `${starting}<end pod_start>
<red>ERROR: Cannot create pod job-NAME in namespace ci: Too many requests, please try again later. (HTTP 429 TooManyRequests) The API server has too much to do. Retry the job. Operators: look at its load.</>\n`,
  },
  {
    title: '500 that does not pass',
    refusal: refusing('GET pods', (response) =>
      refuse(response, 500, 'InternalError', 'etcdserver: leader changed'),
    ),
    says: '<red>ERROR: Cannot list pods in namespace ci: etcdserver: leader changed. (HTTP 500 InternalError) The API server has trouble. Retry the job. Operators: look at its log.</>\n',
  },
  {
    title: 'a login page in place of an API server',
    refusal: refusing('GET pods', (response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Please log in</html>');
    }),
    says: '<red>ERROR: Cannot list pods in namespace ci: the answer is not JSON. (HTTP 200) Operators: is this the address of a Kubernetes API server, without a login page before it?</>\n',
  },
  {
    title: 'a pod that never becomes ready',
    refusal: () => false,
    says: `${starting}<end pod_start>\n${notReady(1)}`,
  },
  {
    title: 'a pod that somebody deletes while it starts',
    refusal: (request, response) => {
      if (!request.query.has('watch') || nameOf(request) !== 'GET pods') return false;
      const uid = 'gone';
      response.writeHead(200).end(`${JSON.stringify({ type: 'DELETED', object: { metadata: { uid } } })}\n`);
      return true;
    },
    says: `${starting}<end pod_start>
<red>ERROR: The pod job-NAME was deleted while the job ran. Somebody or something else in the cluster removed it (a person, a node drain, a quota or clean-up controller). Retry the job. Operators: look at the cluster's audit log if it happens again.</>\n`,
  },
];

describe.concurrent('prepare, where the API server refuses', () => {
  it.each(rows)('$title', async ({ refusal, says, ready }) => {
    const { ended, cluster } = await prepareOn(refusal, ready);

    expect(readable(ended.stderr)).toBe(says);
    expect(ended).toMatchObject({ exitCode: systemFailure, code: null, stdout: '' });
    expect(cluster.pods()).toEqual([]);
  });
});

const passing: readonly Row[] = [
  {
    title: '429 with Retry-After',
    refusal: refusing(
      'POST pods',
      (response) => refuse(response, 429, 'TooManyRequests', 'Too many requests', { 'Retry-After': '1' }),
      2,
    ),
    says: `${starting}<end pod_start>\n${notReady(1)}`,
  },
  {
    title: '500, 502 and 503, with words and without',
    refusal: (() => {
      const answers = [
        refusing('POST pods', (response) => refuse(response, 500, 'InternalError', 'etcd is away'), 1),
        refusing('POST pods', (response) => void response.writeHead(502).end('<h1>Bad Gateway</h1>'), 1),
        refusing('POST pods', (response) => void response.writeHead(503).end(), 1),
      ];
      return (request, response) => answers.some((answer) => answer(request, response));
    })(),
    says: `${starting}<end pod_start>\n${notReady(1)}`,
  },
  {
    title: '409 of a counter that somebody else changed at the same time',
    refusal: refusing(
      'POST pods',
      (response) => refuse(response, 409, 'Conflict', 'Operation cannot be fulfilled on resourcequotas "q"'),
      1,
    ),
    says: `${starting}<end pod_start>\n${notReady(1)}`,
  },
];

describe.concurrent('prepare, where the API server refuses for a moment', () => {
  it.each(passing)(
    'prepare makes its pod after a refusal that lasts a moment: $title',
    async ({ refusal, says }) => {
      const { ended, cluster } = await prepareOn(refusal);

      // This cluster never starts a pod: that it came to waiting for one shows that it was made.
      expect(readable(ended.stderr)).toBe(says);
      expect(cluster.requests).toContain('DELETE pods');
      expect(cluster.pods()).toEqual([]);
    },
  );
});

it('prepare speaks to no cluster when it rejects the job, and leaves the exit code that the policy names', async () => {
  const cluster = await startFakeCluster(directory, () => false);
  const attempt = newAttempt({
    directory,
    policy: `cluster: { namespace: ci, kubeconfig: ${cluster.kubeconfig} }\nallowed_images: []\nrejection: { exit_code: 77 }\n`,
  });
  const ended = await attempt.call('prepare');
  await cluster.close();

  expect(ended).toMatchObject({ exitCode: buildFailure, code: '77\n', stdout: '' });
  expect(readable(ended.stderr)).toMatch(
    /^<red>ERROR: This runner does not allow the image "registry\.example\.org\/build:latest"\.<\/>\n/,
  );
  expect(cluster.requests).toEqual([]);
});

/** Pods' names are random: they read `job-NAME`. */
async function prepareOn(refusal: Refusal, ready = '1s') {
  const cluster = await startFakeCluster(directory, refusal);
  const attempt = newAttempt({
    directory,
    policy: `cluster: { namespace: ci, kubeconfig: ${cluster.kubeconfig} }\ntimeouts: { ready: ${ready} }\n`,
  });
  const ended = await attempt.call('prepare');
  await cluster.close();
  return { cluster, ended: { ...ended, stderr: ended.stderr.replace(/job-\d+-[a-z2-9]{8}/g, 'job-NAME') } };
}
