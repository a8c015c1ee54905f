// Files that a kubeconfig or a service account names: tokens, certificates, keys.

import { readTextFile } from '../../../files/read-file-to-end.ts';
import { SystemFailure } from '../../../outcome/system-failure.ts';

/** A bundle of every authority of the web has a quarter of it. */
const maxBytes = 1024 * 1024;

/** @param what it is, for people. @returns rejects with SystemFailure when it cannot be read */
export function readCredentialFile(file: string, what: string): Promise<string> {
  return new Promise((resolve) => resolve(readNow(file, what)));
}

function readNow(file: string, what: string): string {
  try {
    return readTextFile(file, maxBytes);
  } catch (cause) {
    throw new SystemFailure(
      'unauthorized',
      {
        what: `Cannot read the ${what} ${file} that the kubeconfig or service account names: ${(cause as Error).message}.`,
        operator: "the runner's user must be able to read it.",
      },
      { cause },
    );
  }
}
