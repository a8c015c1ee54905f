// Files that a kubeconfig or a service account names: tokens, certificates, keys.
import { readFile } from 'node:fs/promises';
import { SystemFailure } from '../../outcome/system-failure.ts';

/** @param what it is, for people */
export async function readCredentialFile(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SystemFailure(
      'unauthorized',
      `Cannot read the ${what} ${file} that the kubeconfig or service account names: ${(cause as Error).message}. The runner's user must be able to read it.`,
      { cause },
    );
  }
}
