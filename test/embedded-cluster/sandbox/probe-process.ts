// Runs in a server's namespaces: makes one pod with one container that runs `true`, and takes it away.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyTree } from '../image/container-root.ts';
import { createHostImage } from '../image/host-image.ts';
import { openSandbox } from './open-sandbox.ts';
import type { SandboxKind } from './sandbox.ts';

const [, , kind = '', directory = ''] = process.argv;
try {
  for (const name of ['pipes', 'crun']) mkdirSync(join(directory, name));
  const sandbox = openSandbox(kind as SandboxKind, { directory });
  const image = createHostImage(join(directory, 'image'));
  const pod = await sandbox.createPod({
    id: 'probe',
    directory: join(directory, 'pod'),
    hostname: 'probe',
    ownUserNamespace: true,
  });
  const container = await pod.start({
    id: 'probe-true',
    makeRoot: (path) => copyTree(image, path, (file, uid, gid) => pod.own(file, uid, gid)),
    readOnlyRoot: true,
    mounts: image.mounts,
    process: {
      args: ['true'],
      env: [...image.config.env],
      cwd: '/',
      uid: 1000,
      gid: 1000,
      groups: [],
      capabilities: [],
      noNewPrivileges: true,
      oomScoreAdj: 0,
    },
    seccomp: null,
    memoryLimitBytes: null,
    setsid: null,
    onOutput: (chunk) => process.stderr.write(chunk),
  });
  const code = await container.exited;
  await pod.remove();
  await sandbox.close();
  // Files of a pod may belong to ids that only exist in these namespaces.
  for (const name of ['pipes', 'crun', 'image', 'pod'])
    rmSync(join(directory, name), { recursive: true, force: true });
  process.exit(code);
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
