// GET …/pods/NAME/log
import type { ServerResponse } from 'node:http';
import type { LogLine } from '../kubelet/container-log.ts';
import type { ContainerRuntime } from '../kubelet/pod-state.ts';
import { isTrue } from './request.ts';
import { ApiRefusal, badRequest } from './status.ts';

/** @throws ApiRefusal 400 while there is no log yet */
export function servePodLog(
  container: ContainerRuntime,
  query: URLSearchParams,
  { pod, response }: { readonly pod: string; readonly response: ServerResponse },
): void {
  const { name } = container.spec;
  if (isTrue(query.get('previous')))
    throw badRequest(`previous terminated container "${name}" in pod "${pod}" not found`);
  if ('waiting' in container.state)
    throw badRequest(
      `container "${name}" in pod "${pod}" is waiting to start: ${reasonText(container.state.waiting.reason)}`,
    );

  const print = printer(query, response);
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  for (const line of chosen(container.log.lines(), query)) print(line);
  if (!isTrue(query.get('follow'))) {
    response.end();
    return;
  }
  const stop = container.log.follow(print, () => response.end());
  response.on('close', stop);
}

const reasonText = (reason: string): string =>
  reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;

function chosen(lines: readonly LogLine[], query: URLSearchParams): readonly LogLine[] {
  const since = sinceOf(query);
  const recent = since === null ? lines : lines.filter(({ time }) => time.getTime() >= since);
  const tail = query.get('tailLines');
  return tail === null ? recent : recent.slice(Math.max(0, recent.length - wholeNumber(tail, 'tailLines')));
}

function sinceOf(query: URLSearchParams): number | null {
  const seconds = query.get('sinceSeconds');
  if (seconds !== null) return Date.now() - wholeNumber(seconds, 'sinceSeconds') * 1000;
  const time = query.get('sinceTime');
  return time === null ? null : Date.parse(time);
}

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new ApiRefusal(
    422,
    'Invalid',
    `PodLogOptions "" is invalid: ${name}: Invalid value: ${text}: must be greater than or equal to 0`,
  );
}

function printer(query: URLSearchParams, response: ServerResponse): (line: LogLine) => void {
  const stamped = isTrue(query.get('timestamps'));
  let left = query.has('limitBytes') ? Number(query.get('limitBytes')) : Number.POSITIVE_INFINITY;
  return ({ time, bytes }) => {
    const stamp = stamped ? Buffer.from(`${time.toISOString().replace('Z', '000000Z')} `) : Buffer.alloc(0);
    const out = Buffer.concat([stamp, bytes]).subarray(0, left);
    left -= out.length;
    if (out.length > 0) response.write(out);
  };
}
