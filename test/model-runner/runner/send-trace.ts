// Sends the log to GitLab now and then; the answers tell of a cancel (GitLab Runner: network/trace.go).
import type { RemoteJob, RemoteStatus } from '../gitlab/remote-job.ts';
import type { LimitedTrace } from '../trace/limited-trace.ts';
import type { Ends } from './job-ends.ts';
import type { RunnerConfig } from './runner-config.ts';

export interface TraceSender {
  /** Sends what is left. */
  finish(): void;
  /** As when the runner dies. */
  stop(): void;
}

export function sendTrace(
  trace: LimitedTrace,
  {
    remote,
    ends,
    config,
  }: { readonly remote: RemoteJob; readonly ends: Ends; readonly config: RunnerConfig },
): TraceSender {
  const { traceUpdateMs, traceForceSendMs } = config.pauses;
  let sent = 0;
  let sentAt = 0;
  let isAborted = false;

  const send = (): RemoteStatus => {
    const rest = trace.bytes().subarray(sent);
    if (rest.length > 0) {
      const answer = remote.append(rest);
      if (answer === 'canceled') return answer;
      sent += rest.length;
      sentAt = Date.now();
      if (answer !== 'running') return answer;
    }
    if (Date.now() - sentAt <= traceForceSendMs) return 'running';
    sentAt = Date.now();
    return remote.touch();
  };
  const timer = setInterval(() => {
    const answer = send();
    if (answer === 'canceling') ends.cancel();
    if (answer !== 'canceled' && answer !== 'failed') return;
    isAborted = true;
    clearInterval(timer);
    ends.abort();
  }, traceUpdateMs);

  return {
    stop: () => clearInterval(timer),
    finish() {
      clearInterval(timer);
      if (!isAborted) send();
    },
  };
}
