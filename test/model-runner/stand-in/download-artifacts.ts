// artifacts-downloader: fetches another job's archive and unpacks it here (commands/helpers/artifacts_downloader.go).
import { coordinatorFrom, retry, say } from './coordinator.ts';
import type { Flags } from './flags.ts';
import { extractZip } from './zip-reader.ts';

export async function downloadArtifacts(flags: Flags): Promise<void> {
  const coordinator = coordinatorFrom(flags);
  await retry('artifacts-downloader', async () => {
    const response = await say(coordinator, 'Downloading artifacts from coordinator...', () =>
      fetch(`${coordinator.artifactsUrl}?direct_download=true`, {
        headers: { 'JOB-TOKEN': coordinator.token },
      }),
    );
    await extractZip(Buffer.from(await response.arrayBuffer()), process.cwd());
  });
}
