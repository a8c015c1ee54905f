import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fileVersion } from '../../src/files/file-version.ts';

const directory = mkdtempSync(join(tmpdir(), 'file-version-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('fileVersion', () => {
  it('changes with what is in the file, with the file behind a link, and with its end', () => {
    const [file, other, link] = ['file', 'other', 'link'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, 'one');
    writeFileSync(other, 'two');
    symlinkSync(file, link);
    const seen = [fileVersion(link)];
    expect(fileVersion(link)).toBe(seen[0]);

    writeFileSync(file, 'three');
    seen.push(fileVersion(link));
    // The same size, and a time that was set back.
    writeFileSync(file, 'tiger');
    utimesSync(file, 1, 1);
    seen.push(fileVersion(link));
    symlinkSync(other, `${link}.new`);
    renameSync(`${link}.new`, link);
    seen.push(fileVersion(link));
    rmSync(other);

    expect(new Set(seen).size).toBe(4);
    expect(fileVersion(link)).toBeNull();
  });
});
