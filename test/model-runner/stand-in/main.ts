// The commands of the stand-in gitlab-runner (GitLab Runner: commands/helpers).
import { archiveCache } from './archive-cache.ts';
import { downloadArtifacts } from './download-artifacts.ts';
import { extractCache } from './extract-cache.ts';
import { readFlags } from './flags.ts';
import { log, StandInFailure } from './log.ts';
import { uploadArtifacts } from './upload-artifacts.ts';

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  'artifacts-uploader': (words) => uploadArtifacts(readFlags(words), process.env),
  'artifacts-downloader': (words) => downloadArtifacts(readFlags(words)),
  'cache-archiver': (words) => archiveCache(readFlags(words), process.env),
  'cache-extractor': (words) => extractCache(readFlags(words)),
};

const [name = '', ...words] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  console.error(
    `gitlab-runner (stand-in): no such command "${name}"; there are ${Object.keys(commands).join(', ')}`,
  );
  process.exitCode = 2;
} else {
  await command(words).catch((error: unknown) => {
    if (!(error instanceof StandInFailure && error.isSaid)) {
      log.fatal(error instanceof Error ? error.message : String(error));
    }
    process.exitCode = 1;
  });
}
