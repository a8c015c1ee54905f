// Another build of the executable: the same program under another id.
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { executable } from '../cluster/cluster-under-test.ts';

/** As scripts/build.ts replaces a build by another one. @returns the program in it */
export function installBuild(app: string, buildId: string): string {
  const fresh = `${app}.fresh`;
  cpSync(dirname(executable), fresh, { recursive: true });
  const launcher = readFileSync(executable, 'utf8');
  const idFile = join(fresh, 'lib/build-id');
  writeFileSync(
    join(fresh, 'gitlab-pod-executor'),
    launcher.replace(readFileSync(idFile, 'utf8').trim(), buildId),
  );
  writeFileSync(idFile, `${buildId}\n`);
  rmSync(app, { recursive: true, force: true });
  renameSync(fresh, app);
  return join(app, 'gitlab-pod-executor');
}
