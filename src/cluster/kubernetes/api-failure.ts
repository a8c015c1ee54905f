// Translates what went wrong between us and the API server into words for people: what was refused, the server's own words,
// and what to do next. An answer's status is explained here, the many meanings of a 403 in explain-forbidden.ts; refusals of exec
// itself are in src/stream/lasting-refusal.ts. That a 409 may mean "made already" is known to named-objects.ts.

import { SystemFailure, type SystemFailureCode } from '../../outcome/system-failure.ts';
import { plainLine } from '../../text/plain-text.ts';
import { type ApiCall, describeCall } from './api-call.ts';
import { ApiRefusal } from './api-refusal.ts';
import { explainForbidden } from './explain-forbidden.ts';
import { admissionPolicy, type RefusalExplanation } from './forbidden-causes.ts';

/** @param error what the transport threw; an ApiRefusal when there was an answer */
export function explainApiFailure(
  error: unknown,
  call: ApiCall,
  { server, namespace }: { readonly server: string; readonly namespace: string },
): SystemFailure {
  if (error instanceof SystemFailure) return error;
  const what = `Cannot ${describeCall(call)}${call.resource === '' ? '' : ` in namespace ${namespace}`}`;
  if (error instanceof ApiRefusal) {
    const { code, violatedLevel, ...advice } = explainRefusal(error, call, namespace);
    const message =
      call.verb === 'create' && error.causes.length > 0 ? error.causes.join('; ') : error.message;
    const answer = `HTTP ${error.status}${error.reason ? ` ${plainLine(error.reason)}` : ''}`;
    return new SystemFailure(
      code,
      { what: `${what}: ${sentence(plainLine(message))} (${answer})`, ...advice },
      {
        cause: error,
        isTransient: mayPass(code) || isLostRace(error, call),
        retryAfterSeconds: error.retryAfterSeconds ?? 0,
        violatedLevel,
      },
    );
  }
  const { code, ...advice } = explainTransport(error);
  return new SystemFailure(
    code,
    { what: `${what}: ${sentence(plainLine(errorMessage(error)))} (${server})`, ...advice },
    { cause: error, isTransient: mayPass(code) },
  );
}

/** A full quota, and an API server that is asked too much or is away. */
const mayPass = (code: SystemFailureCode): boolean => code === 'quota' || code === 'cluster-unreachable';

/** Two pods at once, and the quota's own count was written by the other (kubernetes/kubernetes#67761); a name that is taken is `AlreadyExists`. */
export function isLostRace({ status, reason }: ApiRefusal, { verb }: Pick<ApiCall, 'verb'>): boolean {
  return verb === 'create' && status === 409 && reason === 'Conflict';
}

function explainRefusal(refusal: ApiRefusal, call: ApiCall, namespace: string): RefusalExplanation {
  switch (refusal.status) {
    case 400:
    case 413:
    case 422:
      return call.verb === 'create'
        ? explainInvalid(refusal)
        : {
            code: 'cluster-refused',
            operator: 'this may be a bug in gitlab-pod-executor: please report it.',
          };
    case 401:
      return {
        code: 'unauthorized',
        operator:
          'the API server does not know these credentials, also after they were read again: renew the token or certificate that `cluster.kubeconfig` names.',
      };
    case 403:
      return explainForbidden(refusal.message, call, namespace);
    case 404:
      return refusal.kind === 'namespaces' || call.verb === 'create'
        ? {
            code: refusal.kind === 'namespaces' ? 'namespace-missing' : 'cluster-refused',
            operator: `make the namespace ${namespace}, or correct \`cluster.namespace\` in the policy.`,
          }
        : { code: 'cluster-refused', author: 'Something else removed it meanwhile. Retry the job.' };
    case 409:
      return {
        code: 'conflict',
        author: 'Something else made or changed this object at the same time. Retry the job.',
      };
    case 429:
      return {
        code: 'cluster-unreachable',
        author: 'The API server has too much to do. Retry the job.',
        operator: 'look at its load.',
      };
    default:
      return refusal.status >= 500
        ? {
            code: 'cluster-unreachable',
            author: 'The API server has trouble. Retry the job.',
            operator: 'look at its log.',
          }
        : {
            code: 'cluster-refused',
            operator: 'is this the address of a Kubernetes API server, without a login page before it?',
          };
  }
}

/** ValidatingAdmissionPolicy answers 422 like a mistake in a field does. */
function explainInvalid({ message }: ApiRefusal): RefusalExplanation {
  if (/ValidatingAdmissionPolicy|admission webhook/.test(message)) return admissionPolicy;
  return {
    code: 'invalid-manifest',
    operator:
      'correct the named field where the policy sets it (`pod_template`, `resources`, a security context); `gitlab-pod-executor print-pod` shows the whole manifest.',
  };
}

const untrusted =
  /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|ERR_SSL_|ERR_OSSL_|HOSTNAME_MISMATCH|EPROTO)/;

/** Waiting does not fix a certificate, nor a proxy's refusal. */
export function isLastingTransportError(error: unknown): boolean {
  return untrusted.test(codeOf(error)) || codeOf(error) === proxyRefuses;
}

/** The codes of a ProxyFailure, whose class is not ours here. */
const proxyRefuses = 'PROXY_REFUSES';
const proxyUnreachable = 'PROXY_UNREACHABLE';

function explainTransport(error: unknown): RefusalExplanation {
  const code = codeOf(error);
  if (code === proxyRefuses || code === proxyUnreachable) {
    return {
      code: code === proxyRefuses ? 'cluster-refused' : 'cluster-unreachable',
      operator:
        "check the proxy (`proxy-url` of the kubeconfig, else HTTPS_PROXY in the runner's environment): its address, name and password, and whether it lets the runner reach the API server; NO_PROXY names servers that are reached directly.",
    };
  }
  if (isLastingTransportError(error)) {
    return {
      code: 'cluster-refused',
      operator:
        "the API server's certificate is not trusted, or ours is unusable: check `certificate-authority`, `tls-server-name` and the client certificate in the kubeconfig.",
    };
  }
  return {
    code: 'cluster-unreachable',
    author: 'Retry the job.',
    operator: 'can the runner reach the API server?',
  };
}

/** What a broken connection says of itself; Node's errors for several addresses are empty outside. */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(errorMessage).join('; ');
  if (error instanceof Error) return error.message || codeOf(error) || error.name;
  return String(error);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
