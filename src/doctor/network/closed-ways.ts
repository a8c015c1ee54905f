// Whether a network policy bites: some clusters take the object and do nothing. From the probe's pod two addresses are tried that
// the shipped policy closes and every job would like to know: the API server, and the cloud's metadata service.
import type { Cluster } from '../../cluster/cluster.ts';
import { tryClosedWays } from '../../in-container/commands.ts';
import { helperContainer } from '../../layout/container-names.ts';
import { askContainer } from '../../stream/ask-container.ts';
import { type DoctorFinding, ok, skip, warn } from '../doctor-finding.ts';

export interface ClosedWaysInput {
  readonly cluster: Cluster;
  readonly pod: { readonly name: string };
  readonly signal: AbortSignal;
}

export const closedWays = 'network policy';

/** Credentials of the node, on the large clouds and most others. */
const metadataService = 'http://169.254.169.254/';
/** Each address is given up after 5 s. */
const tryMilliseconds = 30_000;
const maxAnswerBytes = 4096;
const answered = 'answered';

/** Never throws for what the pod answers. @throws at Ctrl-C */
export async function checkClosedWays({ cluster, pod, signal }: ClosedWaysInput): Promise<DoctorFinding> {
  const { text, isProven } = await askContainer({
    ...{ cluster, pod, container: helperContainer },
    command: tryClosedWays('api', metadataService),
    ...{ maxBytes: maxAnswerBytes, proof: answered, milliseconds: tryMilliseconds, signal },
  });
  signal.throwIfAborted();
  const ways = [...text.matchAll(/^way (https?:\/\/[\w.:[\]-]+\/) (open|closed)$/gm)];
  if (!isProven || ways.length === 0)
    return skip(closedWays, 'not tried: the helper image has no git, or did not answer');
  const urls = (state: string): string =>
    ways.flatMap(([, url = '', found]) => (found === state ? url : [])).join(', ');
  if (urls('open') === '') return ok(closedWays, `a job does not reach ${urls('closed')}`);
  return warn(
    closedWays,
    `a job reaches ${urls('open')}: there is no network policy, it allows that, or nothing enforces it`,
    {
      text: 'Apply the shipped one; if it is there already, the network plugin does not enforce policies (Calico, Cilium, Antrea, OVN and others do):',
      code: `kubectl apply -n ${cluster.namespace} -f config/network-policy.yaml`,
    },
  );
}
