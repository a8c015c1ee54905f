// Whether a file is still the one that was read.
import { statSync } from 'node:fs';

/** Differs once the file is written, replaced or gone. null: it cannot be seen; reading it will say why. */
export function fileVersion(path: string): string | null {
  try {
    const { dev, ino, mtimeNs, ctimeNs, size } = statSync(path, { bigint: true });
    return [dev, ino, mtimeNs, ctimeNs, size].join(':');
  } catch {
    return null;
  }
}
