// How long we wait for an API server. Each has its reason; tests shorten them.

export interface Limits {
  /** Until a new connection's TLS handshake is done: a frozen API server still accepts TCP, and never answers. */
  readonly connectMilliseconds: number;
  /** A whole call, its retries included. */
  readonly callMilliseconds: number;
  /** From the TLS handshake to the answer to an upgrade: an older API server asks the kubelet before it answers. */
  readonly upgradeMilliseconds: number;
  /** Between two pings of an exec connection; shorter than any load balancer's idle timeout. */
  readonly pingMilliseconds: number;
  /** API servers send a bookmark about each minute; a watch that is silent for longer is dead, or wants a fresh list. */
  readonly watchSilenceMilliseconds: number;
  /** How long a token or certificate is used before its file is read again: the kubelet rotates files at 80 % of their life. */
  readonly credentialsMilliseconds: number;
  /** Before the first repetition; doubled for each further one. */
  readonly pauseMilliseconds: number;
}

export const defaultLimits: Limits = {
  connectMilliseconds: 5000,
  callMilliseconds: 30_000,
  upgradeMilliseconds: 15_000,
  pingMilliseconds: 3000,
  watchSilenceMilliseconds: 90_000,
  credentialsMilliseconds: 60_000,
  pauseMilliseconds: 200,
};
