// What prepare hands on, as tests need it.
import type { AttemptState } from '../../src/stage/attempt-state.ts';
import { attemptDirectory, type FakeIo } from './fake-io.ts';

export const sampleState: AttemptState = {
  version: 1,
  connection: {
    server: 'https://cluster.example.org',
    namespace: 'ci',
    credentials: { kind: 'token-file', file: '/run/token' },
  },
  pod: { name: 'job-1001-abcdefgh', uid: 'uid-1' },
  shells: { build: '/bin/sh', helper: '/usr/bin/sh' },
  projectDirectory: '/builds/group/project',
  isWorkspaceInPod: true,
  timeouts: { reconnect: 1, stopGrace: 0 },
  logLimit: 1024 ** 2,
  services: [],
};

export const statePath = `${attemptDirectory}/gitlab-pod-executor.json`;
export const userCodePath = `${attemptDirectory}/gitlab-pod-executor.user-code`;

export function storeState(io: FakeIo, changes: Partial<AttemptState> = {}): AttemptState {
  const state = { ...sampleState, ...changes };
  io.stored.set(statePath, JSON.stringify(state));
  return state;
}
