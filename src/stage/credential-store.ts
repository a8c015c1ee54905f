// Where credentials of a plugin wait for the further stages of an attempt: beside its state, on the runner's machine, for the
// runner's user alone. A job's containers see nothing of that machine; cleanup removes the file.
import type { CredentialStore } from '../cluster/cluster.ts';
import type { StageIo } from './stage-io.ts';

const fileName = 'gitlab-pod-executor.credentials';

/** It never rejects: without it, each stage asks the plugin. undefined: there is no directory of an attempt. */
export function credentialStore({ env, files }: Pick<StageIo, 'env' | 'files'>): CredentialStore | undefined {
  const directory = env['TMPDIR'];
  if (!directory) return undefined;
  const path = `${directory}/${fileName}`;
  return {
    load: () =>
      files.read(path).then(
        (bytes) => bytes.toString(),
        () => null,
      ),
    save: (text) => files.writePrivate(path, text).catch(() => undefined),
    remove: () => files.remove(path).catch(() => undefined),
  };
}
