// startupProbe and readinessProbe: tcpSocket and exec. A container without them is ready once it runs.
import { readFileSync } from 'node:fs';
import type { Container, Probe } from '../pod/pod-schema.ts';
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';

const listening = '0A';

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
    const fine = await holds(probe, context, container);
    if (!container.running) return;
    if (!container.started) startup(probe, fine);
    else readiness(probe, fine);
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

async function holds(probe: Probe, context: PodContext, container: ContainerRuntime): Promise<boolean> {
  if (probe.tcpSocket) {
    const port = portNumber(probe.tcpSocket.port, container.spec);
    return isListening(port, context.held.sandbox?.holderPid ?? 0);
  }
  const { running, process } = container;
  if (!running || !process) return false;
  const exec = await running.exec({ ...process, args: probe.exec?.command ?? [] });
  exec.stdin.end();
  // Nobody reads what a probe prints, but somebody has to take it.
  exec.stdout.onData(() => undefined);
  exec.stderr.onData(() => undefined);
  return (await exec.ended) === 0;
}

const portNumber = (port: number | string, { ports = [] }: Container): number =>
  typeof port === 'number' ? port : (ports.find(({ name }) => name === port)?.containerPort ?? Number(port));

/**
 * The kubelet connects to the pod's address: who listens on 127.0.0.1 only is not reached. Read from the kernel's table of the
 * pod's network namespace instead, which needs no process in there.
 */
function isListening(port: number, pid: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const anyAddress = new RegExp(`^\\s*\\d+: 0+:${hex} \\S+ ${listening} `, 'm');
  return ['tcp', 'tcp6'].some((table) => {
    try {
      return anyAddress.test(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'));
    } catch {
      return false;
    }
  });
}
