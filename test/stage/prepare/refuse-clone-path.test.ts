import { expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/policy.ts';
import { refuseClonePath } from '../../../src/stage/prepare/refuse-clone-path.ts';

const policy = { rejection: { exit_code: 9 } } as unknown as Policy;
const project = '/builds/group/project';

it.each(['/builds/elsewhere', '/builds/group/project/..', '/builds/group/project/sub', '$CI_BUILDS_DIR/x'])(
  "refuses %s as the author's to fix, and says where the project stays",
  (wanted) => {
    let told = '';
    const io = { env: { CUSTOM_ENV_GIT_CLONE_PATH: wanted }, log: (text: string) => (told += text) };
    expect(() => refuseClonePath(project, policy, io)).toThrow(
      expect.objectContaining({ code: 'rejected', exitCode: 9 }),
    );
    expect(told).toBe(
      `\u001b[31;1mERROR: GIT_CLONE_PATH is "${wanted}", and this runner keeps a project at ${project} only: there it clears what a script leaves for GitLab's own ones.\u001b[0;m\n` +
        "Take GIT_CLONE_PATH out of the job's variables. Operators: leave custom_build_dir off.\n",
    );
  },
);

it.each([undefined, '', project, `${project}/`, '/builds//group/./project'])('takes %s', (wanted) => {
  const env = wanted === undefined ? {} : { CUSTOM_ENV_GIT_CLONE_PATH: wanted };
  refuseClonePath(project, policy, { env, log: () => expect.unreachable() });
});
