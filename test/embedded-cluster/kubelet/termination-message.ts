// A container's last words: the file of `terminationMessagePath`, or the end of its log where the pod asks for that.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mount } from '../sandbox/sandbox.ts';
import type { ContainerRuntime } from './pod-state.ts';
import type { PodContext } from './pod-worker.ts';

/** Kubernetes, pkg/kubelet/container/runtime.go: MaxContainerTerminationMessage…. */
const maxBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;
const everybody = 0o666;

const fileOf = ({ directory }: PodContext, { spec }: ContainerRuntime): string =>
  join(directory, 'termination-logs', spec.name);

/** An empty file that the container may write, whoever it runs as. */
export function terminationLog(context: PodContext, container: ContainerRuntime): Mount {
  const source = fileOf(context, container);
  mkdirSync(join(context.directory, 'termination-logs'), { recursive: true });
  writeFileSync(source, '');
  chmodSync(source, everybody);
  context.held.sandbox?.own(source, 0, 0);
  return {
    source,
    destination: container.spec.terminationMessagePath ?? '/dev/termination-log',
    readOnly: false,
  };
}

/** '': it left none. */
export function terminationMessage(
  context: PodContext,
  container: ContainerRuntime,
  exitCode: number,
): string {
  const written = readFileSync(fileOf(context, container)).subarray(0, maxBytes).toString();
  const wantsLog = container.spec.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0;
  return written === '' && wantsLog ? endOfLog(container) : written;
}

function endOfLog({ log }: ContainerRuntime): string {
  const lines = log.lines().slice(-maxLogLines);
  return Buffer.concat(lines.map(({ bytes }) => bytes))
    .subarray(-maxLogBytes)
    .toString();
}
