// A service manager gives services a /tmp of their own, or makes directories read-only for one and not for another. A stage that we
// do would then fail where the launcher alone would not, so it works alone.
import { access, constants, stat } from 'node:fs/promises';
import type { Caller } from './caller.ts';

/** A stage's arguments are the others: its policy, its script. */
const pathVariables = ['JOB_RESPONSE_FILE', 'GITLAB_POD_EXECUTOR_POLICY', 'KUBECONFIG', 'HOME'];

/** @throws Error when what GitLab Runner left for the stage is other files for us, or we cannot write beside them */
export async function checkSameFiles({
  pid,
  env,
  argv,
}: Pick<Caller, 'pid' | 'env' | 'argv'>): Promise<void> {
  const directory = env['TMPDIR'] || '/tmp';
  const named = pathVariables.map((name) => env[name] ?? '');
  const paths = [directory, ...named, ...argv].filter((path) => path.startsWith('/'));
  for (const path of paths) {
    const [ours, theirs] = await Promise.all([placeOf(path), placeOf(`/proc/${pid}/root${path}`)]);
    if (ours !== theirs) throw new Error(`${path} is another file for process ${pid}`);
  }
  if (await isReadOnly(directory)) throw new Error(`${directory} cannot be written here`);
}

const placeOf = async (path: string): Promise<string> =>
  stat(path).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => 'nowhere',
  );

/** What may be written by nobody, or is nowhere, is so for the launcher as well: the stage says it. */
async function isReadOnly(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}
