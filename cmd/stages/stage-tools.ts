// What stages take from the process that serves them: a process of its own opens it for one stage, the resident keeps it.
import type { Cluster, Connection } from '../../src/cluster/cluster.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Registries } from '../../src/registry/registries.ts';
import type { Continuation } from '../../src/stage/run/script-place.ts';
import type { StageIo } from '../../src/stage/stage-io.ts';
import type { ScriptSessions } from '../../src/stream/sessions/script-sessions.ts';

export interface StageTools {
  readonly connect: (connection: Connection, io: StageIo) => Cluster;
  /** By path. @throws SystemFailure */
  readonly readPolicy: (path: string) => Policy | Promise<Policy>;
  /** By whoever resolves images: loaded then. */
  readonly openRegistries: () => Promise<Registries>;
  readonly continuation: Continuation;
  /** Absent: each script has an exec of its own. */
  readonly sessions?: ScriptSessions;
  /** Of whom GitLab Runner started: relative paths count from there. */
  readonly workingDirectory: string;
}
