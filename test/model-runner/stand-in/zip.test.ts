import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeScratch } from '../recorder/run-recorded.ts';
import { extractZip } from './zip-reader.ts';
import { writeZip } from './zip-writer.ts';

test('files, folders, links, modes and times come back', () => {
  using from = makeScratch();
  using to = makeScratch();
  mkdirSync(join(from.path, 'out/empty'), { recursive: true });
  writeFileSync(join(from.path, 'out/ü a.txt'), 'data');
  writeFileSync(join(from.path, 'out/run.sh'), '#!/bin/sh\n');
  chmodSync(join(from.path, 'out/run.sh'), 0o750);
  utimesSync(join(from.path, 'out/run.sh'), 1_700_000_000, 1_700_000_000);
  symlinkSync('run.sh', join(from.path, 'out/link'));

  const archive = writeZip(from.path, ['out', 'out/empty', 'out/link', 'out/run.sh', 'out/ü a.txt']);
  extractZip(archive, to.path);

  expect(readFileSync(join(to.path, 'out/ü a.txt'), 'utf8')).toBe('data');
  expect(lstatSync(join(to.path, 'out/empty')).isDirectory()).toBe(true);
  expect(lstatSync(join(to.path, 'out/run.sh')).mode & 0o777).toBe(0o750);
  expect(lstatSync(join(to.path, 'out/run.sh')).mtimeMs).toBe(1_700_000_000_000);
  expect(readlinkSync(join(to.path, 'out/link'))).toBe('run.sh');
});

test('any bytes come back', () => {
  using scratch = makeScratch();
  const file = join(scratch.path, 'data');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      writeFileSync(file, bytes);
      const archive = writeZip(scratch.path, ['data']);
      writeFileSync(file, 'other');
      extractZip(archive, scratch.path);
      expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
    }),
  );
});

const python = spawnSync('python3', ['-c', '0']).status === 0;
if (!python) console.warn('zip.test.ts skips the check by another zip program: no python3 on this machine');

test.runIf(python)('another zip program reads it', () => {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, 'a.txt'), 'data');
  writeFileSync(join(scratch.path, 'a.zip'), writeZip(scratch.path, ['a.txt']));

  const check =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), z.read("a.txt"))';
  expect(execFileSync('python3', ['-c', check, join(scratch.path, 'a.zip')], { encoding: 'utf8' })).toBe(
    "None ['a.txt'] b'data'\n",
  );
});

test.each(['../evil', '/evil', 'a/../../evil'])('refuses the name %s, which leads out', (name) => {
  using scratch = makeScratch();
  const inside = join(scratch.path, 'inside');
  mkdirSync(inside);

  expect(() => extractZip(forge('x'.repeat(name.length), name), inside)).toThrow('outside of the project');
  expect(lstatSync(join(scratch.path, 'evil'), { throwIfNoEntry: false })).toBeUndefined();
});

test('writes no file through a link, whether it was there or comes with the archive', () => {
  using from = makeScratch();
  using to = makeScratch();
  mkdirSync(join(from.path, 'dir'));
  writeFileSync(join(from.path, 'dir/evil'), 'data');
  symlinkSync('/tmp', join(to.path, 'dir'));

  const archive = writeZip(from.path, ['dir/evil']);

  expect(() => extractZip(archive, to.path)).toThrow('through a link');
  expect(lstatSync('/tmp/evil', { throwIfNoEntry: false })).toBeUndefined();
});

test.each([
  { title: 'nothing', archive: Buffer.alloc(0), words: 'not a valid zip file' },
  { title: 'something else', archive: Buffer.from('x'.repeat(100)), words: 'not a valid zip file' },
])('refuses $title', ({ archive, words }) => {
  using scratch = makeScratch();

  expect(() => extractZip(archive, scratch.path)).toThrow(words);
});

test('refuses an archive that was damaged on the way', () => {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, 'a'), 'some text, long enough to be squeezed squeezed squeezed');
  const archive = writeZip(scratch.path, ['a']);
  archive.writeUInt32LE(1, archive.length - 22 - 47 + 16);

  expect(() => extractZip(archive, scratch.path)).toThrow('checksum error');
});

/** An archive in which a file has a name of the same length that no honest program would write. */
function forge(honest: string, name: string): Buffer {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, honest), 'data');
  const archive = writeZip(scratch.path, [honest]);
  return Buffer.from(archive.toString('latin1').replaceAll(honest, name), 'latin1');
}
