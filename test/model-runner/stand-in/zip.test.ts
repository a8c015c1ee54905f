import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeScratch } from '../recorder/run-recorded.ts';
import { extractZip } from './zip-reader.ts';
import { writeZip } from './zip-writer.ts';

test('files, folders, links, modes and times come back', async () => {
  using from = makeScratch();
  using to = makeScratch();
  mkdirSync(join(from.path, 'out/empty'), { recursive: true });
  writeFileSync(join(from.path, 'out/ü a.txt'), 'data');
  writeFileSync(join(from.path, 'out/run.sh'), '#!/bin/sh\n');
  chmodSync(join(from.path, 'out/run.sh'), 0o750);
  utimesSync(join(from.path, 'out/run.sh'), 1_700_000_000, 1_700_000_000);
  symlinkSync('run.sh', join(from.path, 'out/link'));
  utimesSync(join(from.path, 'out'), 1_600_000_000, 1_600_000_000);

  const archive = await writeZip(from.path, ['out', 'out/empty', 'out/link', 'out/run.sh', 'out/ü a.txt']);
  await extractZip(archive, to.path);

  expect(readFileSync(join(to.path, 'out/ü a.txt'), 'utf8')).toBe('data');
  expect(lstatSync(join(to.path, 'out/empty')).isDirectory()).toBe(true);
  expect(lstatSync(join(to.path, 'out/run.sh')).mode & 0o777).toBe(0o750);
  expect(lstatSync(join(to.path, 'out/run.sh')).mtimeMs).toBe(1_700_000_000_000);
  expect(lstatSync(join(to.path, 'out')).mtimeMs).toBe(1_600_000_000_000);
  expect(readlinkSync(join(to.path, 'out/link'))).toBe('run.sh');
});

test('any bytes come back', async () => {
  using scratch = makeScratch();
  const file = join(scratch.path, 'data');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
      writeFileSync(file, bytes);
      const archive = await writeZip(scratch.path, ['data']);
      writeFileSync(file, 'other');
      await extractZip(archive, scratch.path);
      expect(new Uint8Array(readFileSync(file))).toEqual(bytes);
    }),
  );
});

const python = spawnSync('python3', ['-c', '0']).status === 0;
if (!python) console.warn('zip.test.ts skips the check by another zip program: no python3 on this machine');

test.runIf(python)('another zip program reads it', async () => {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, 'a.txt'), 'data');
  writeFileSync(join(scratch.path, 'a.zip'), await writeZip(scratch.path, ['a.txt']));

  const check =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist(), z.read("a.txt"))';
  expect(execFileSync('python3', ['-c', check, join(scratch.path, 'a.zip')], { encoding: 'utf8' })).toBe(
    "None ['a.txt'] b'data'\n",
  );
});

test.each([
  ['../evil', 'invalid relative path'],
  ['/evil', 'absolute path'],
  ['a/../../evil', 'invalid relative path'],
  ['..\\evil', 'invalid characters in fileName'],
])('refuses the name %s, which leads out, and unpacks nothing', async (name, words) => {
  using scratch = makeScratch();
  const inside = join(scratch.path, 'inside');
  mkdirSync(inside);

  await expect(extract(await forge('x'.repeat(name.length), name), inside)).rejects.toThrow(words);
  expect(readdirSync(inside)).toEqual([]);
  expect(readdirSync(scratch.path)).toEqual(['inside']);
});

describe('through a link that leads out', () => {
  test.each(['dir/evil', 'dir/sub/evil', 'dir/sub/', 'dir/'])(
    'an archive writes no %s through a link that leads out',
    async (name) => {
      using from = makeScratch();
      using to = makeScratch();
      using outside = makeScratch();
      chmodSync(outside.path, 0o750);
      mkdirSync(join(from.path, 'dir/sub'), { recursive: true });
      chmodSync(join(from.path, 'dir'), 0o777);
      if (!name.endsWith('/')) writeFileSync(join(from.path, name), 'data');
      symlinkSync(outside.path, join(to.path, 'dir'));

      const archive = await writeZip(from.path, [name.replace(/\/$/, '')]);

      await expect(extract(archive, to.path)).rejects.toThrow('through a link');
      expect(readdirSync(outside.path)).toEqual([]);
      expect(lstatSync(outside.path).mode & 0o777).toBe(0o750);
    },
  );

  test('nothing is written through a link that comes with the archive', async () => {
    using from = makeScratch();
    using to = makeScratch();
    using outside = makeScratch();
    symlinkSync(outside.path, join(from.path, 'a'));
    mkdirSync(join(from.path, 'b'));
    writeFileSync(join(from.path, 'b/evil'), 'data');
    symlinkSync('/dev/null', join(from.path, 'b/link'));

    const archive = await writeZip(from.path, ['a', 'b/evil', 'b/link']);
    await extract(rename(archive, 'b/', 'a/'), to.path).catch(() => undefined);

    expect(readdirSync(outside.path)).toEqual([]);
  });

  test('a file of its name takes its place', async () => {
    using from = makeScratch();
    using to = makeScratch();
    using outside = makeScratch();
    writeFileSync(join(from.path, 'a'), 'data');
    writeFileSync(join(outside.path, 'kept'), 'kept');
    symlinkSync(join(outside.path, 'kept'), join(to.path, 'a'));

    await extract(await writeZip(from.path, ['a']), to.path);

    expect(readFileSync(join(outside.path, 'kept'), 'utf8')).toBe('kept');
    expect(lstatSync(join(to.path, 'a')).isFile()).toBe(true);
  });
});

test('whatever an archive calls its file, nothing lands outside', async () => {
  const part = fc.constantFrom('a', 'link', '..', '.', '', '\\');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 2, maxLength: 5 }), async (parts) => {
      using outside = makeScratch();
      using scratch = makeScratch();
      const inside = join(scratch.path, 'inside');
      mkdirSync(inside);
      symlinkSync(outside.path, join(inside, 'link'));
      const name = parts.join('/');

      await extract(await forge('x'.repeat(name.length), name), inside).catch(() => undefined);

      expect([readdirSync(outside.path), readdirSync(scratch.path)]).toEqual([[], ['inside']]);
    }),
  );
});

test('leaves out a name with a backslash, which would come back as a folder', async () => {
  using from = makeScratch();
  using to = makeScratch();
  writeFileSync(join(from.path, 'a\\b'), 'data');
  writeFileSync(join(from.path, 'c'), 'data');

  await extract(await writeZip(from.path, ['a\\b', 'c']), to.path);

  expect(readdirSync(to.path)).toEqual(['c']);
});

test.each([
  { title: 'nothing', archive: Buffer.alloc(0) },
  { title: 'something else', archive: Buffer.from('x'.repeat(100)) },
])('refuses $title', async ({ archive }) => {
  using scratch = makeScratch();

  await expect(extract(archive, scratch.path)).rejects.toThrow('not a zip file');
});

test('refuses an archive that was damaged on the way', async () => {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, 'a'), 'some text, long enough to be squeezed squeezed squeezed');
  const archive = await writeZip(scratch.path, ['a']);
  archive.writeUInt32LE(1, archive.indexOf(centralHeader) + checksumOffset);

  await expect(extract(archive, scratch.path)).rejects.toThrow('checksum error');
});

/** Of an entry in the index at the end (PKWARE APPNOTE 4.3.12). */
const centralHeader = Buffer.from('PK\x01\x02');
const checksumOffset = 16;

/** Throws nothing, also where it fails at once. */
const extract = async (archive: Buffer, directory: string): Promise<void> => extractZip(archive, directory);

/** An archive in which a file has a name of the same length that no honest program would write. */
async function forge(honest: string, name: string): Promise<Buffer> {
  using scratch = makeScratch();
  writeFileSync(join(scratch.path, honest), 'data');
  return rename(await writeZip(scratch.path, [honest]), honest, name);
}

function rename(archive: Buffer, from: string, to: string): Buffer {
  return Buffer.from(archive.toString('latin1').replaceAll(from, to), 'latin1');
}
