// startupProbe and readinessProbe: tcpSocket and exec. A container without them is ready once it runs.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Container, Probe } from '../pod/pod-schema.ts';
import { StartFailure } from '../sandbox/sandbox.ts';
import { recordContainerEvent } from './container-events.ts';
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';

const listening = '0A';
/** Kubernetes, pkg/probe/exec */
const maxOutputBytes = 10 * 1024;
const execIdBytes = 32;

/** Returns how to stop probing. */
export function planProbes(context: PodContext, container: ContainerRuntime): () => void {
  const { startupProbe, readinessProbe } = container.spec;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  container.started = !startupProbe;
  container.ready = !startupProbe && !readinessProbe;
  if (container.ready || container.init) return () => undefined;

  const next = (probe: Probe, first: boolean): void => {
    const wait = first ? (probe.initialDelaySeconds ?? 0) : (probe.periodSeconds ?? 10);
    timer = setTimeout(() => void look(probe), Math.max(wait * 1000, firstLookMs));
  };
  const look = async (probe: Probe): Promise<void> => {
    const kind = container.started ? 'Readiness' : 'Startup';
    const complaint = await complaintOf(probe, context, container);
    if (!container.running) return;
    if (complaint !== null) recordUnhealthy(context, container, `${kind} probe ${complaint}`);
    if (kind === 'Startup') startup(probe, complaint === null);
    else readiness(probe, complaint === null);
  };
  const startup = (probe: Probe, fine: boolean): void => {
    failures = fine ? 0 : failures + 1;
    if (failures >= (probe.failureThreshold ?? 3)) {
      container.running?.signal('SIGKILL');
      return;
    }
    container.started = fine;
    container.ready = fine && !readinessProbe;
    context.report();
    if (!fine) next(probe, false);
    else if (readinessProbe) next(readinessProbe, true);
  };
  const readiness = (probe: Probe, fine: boolean): void => {
    failures = fine ? 0 : failures + 1;
    if (fine) container.ready = true;
    else if (failures >= (probe.failureThreshold ?? 3)) container.ready = false;
    context.report();
    next(probe, false);
  };
  const first = startupProbe ?? readinessProbe;
  if (first) next(first, true);
  return () => clearTimeout(timer);
}

/** A kubelet probes right after the start, too. */
const firstLookMs = 20;

/** What the kubelet says of a probe that does not hold; null: it holds. */
async function complaintOf(
  probe: Probe,
  context: PodContext,
  container: ContainerRuntime,
): Promise<string | null> {
  if (!probe.tcpSocket) return complaintOfExec(probe, container);
  const port = portNumber(probe.tcpSocket.port, container.spec);
  if (isListening({ port, address: context.podIP, pid: context.held.sandbox?.holderPid ?? 0 })) return null;
  return `failed: dial tcp ${context.podIP}:${port}: connect: connection refused`;
}

async function complaintOfExec(
  { exec: action }: Probe,
  { running, process }: ContainerRuntime,
): Promise<string | null> {
  if (!running || !process) return 'failed: ';
  const exec = await running.exec({ ...process, args: action?.command ?? [] });
  exec.stdin.end();
  const printed: Buffer[] = [];
  for (const stream of [exec.stdout, exec.stderr]) stream.onData((chunk) => printed.push(chunk));
  const result = await exec.ended;
  if (result instanceof StartFailure)
    return `errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "${randomBytes(execIdBytes).toString('hex')}": OCI runtime exec failed: exec failed: ${result.message}`;
  return result === 0 ? null : `failed: ${Buffer.concat(printed).subarray(0, maxOutputBytes).toString()}`;
}

const recordUnhealthy = (context: PodContext, container: ContainerRuntime, message: string): void =>
  recordContainerEvent(context, container, { type: 'Warning', reason: 'Unhealthy', message });

const portNumber = (port: number | string, { ports = [] }: Container): number =>
  typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port));

/**
 * The kubelet connects to the pod's address: who listens on 127.0.0.1 only is not reached. Read from the kernel's table of the
 * pod's network namespace instead, which needs no process in there.
 */
function isListening({ port, address, pid }: { port: number; address: string; pid: number }): boolean {
  const own = Buffer.from(address.split('.').map(Number)).reverse().toString('hex');
  const hex = port.toString(16).padStart(4, '0');
  const reached = new RegExp(`^\\s*\\d+: (0+|${own}):${hex} \\S+ ${listening} `, 'im');
  return ['tcp', 'tcp6'].some((table) => {
    try {
      return reached.test(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'));
    } catch {
      return false;
    }
  });
}
