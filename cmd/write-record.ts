// Puts the record of a job where its operator wants it: as a line at the end of a file, or in the journal.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** For the operator and a group that ships logs; the paths of projects are nobody else's business. */
const fileMode = 0o640;
const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/** journald takes longer for nobody; a job's end waits for it. */
const journalMilliseconds = 5000;
const identifier = 'gitlab-pod-executor';

export async function writeRecord(to: string, text: string): Promise<void> {
  if (to === 'journald') await writeToJournal(text);
  else await appendTo(to, text);
}

/**
 * In one write at the end, which Linux does for one writer after the other, so that jobs which end at once have a line each. Opened for
 * each job: whoever rotates the file needs to tell nobody. On a disk that is full half a line may be left; the next line then begins
 * behind it, and readers find it there.
 */
async function appendTo(path: string, text: string): Promise<void> {
  const file = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY, fileMode);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a file');
    const bytes = Buffer.from(text);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.byteLength) throw new Error('there was room for a part of the line only');
  } finally {
    await file.close();
  }
}

function writeToJournal(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const cat = spawn('systemd-cat', ['-t', identifier, '-p', 'info'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: journalMilliseconds,
      env: { PATH: '/usr/bin:/bin' },
    });
    cat.once('error', reject);
    cat.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`systemd-cat ended with ${code ?? 'a signal'}`)),
    );
    cat.stdin.on('error', () => undefined);
    cat.stdin.end(text);
  });
}
