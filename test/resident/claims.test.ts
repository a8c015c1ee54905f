import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Claims, openClaims } from '../../src/resident/claims.ts';
import { newDirectory, remove } from './resident-fixture.ts';

/** No system has so many processes. */
const nobody = 2 ** 31;

let directory: string;
let claims: Claims;
beforeEach(() => {
  directory = newDirectory();
  claims = openClaims(directory);
});
afterEach(() => remove(directory));
const claim = (slot: string, text: string): void => writeFileSync(`${directory}/${slot}`, text);

describe('claims', () => {
  it.each([
    ['4711\n', 4711],
    ['4711', null],
    ['', null],
    ['-1\n', null],
    ['12345678901\n', null],
    ['1\n2\n', null],
  ])('a claim of %j is held by %j', async (text, holder) => {
    claim('a1', text);
    expect(await claims.holderOf('a1')).toBe(holder);
  });

  it('a slot that nobody claimed has no holder', async () => {
    expect(await claims.holderOf('a1')).toBeNull();
  });

  it('an answer is a line that only its user can read, and is given once', async () => {
    await claims.answer('a1', 111);
    expect(readFileSync(`${directory}/a1.code`, 'utf8')).toBe('111\n');
    expect(statSync(`${directory}/a1.code`).mode & 0o777).toBe(0o600);
    await expect(claims.answer('a1', 0)).rejects.toThrow('EEXIST');
    await claims.answer('a2', 'alone');
    expect(readFileSync(`${directory}/a2.code`, 'utf8')).toBe('alone\n');
  });

  it('what a dead process held goes, with its answer; what a living one holds stays', async () => {
    claim('dead', `${nobody}\n`);
    claim('dead.code', '0\n');
    claim('dead.count', '5 bytes\n');
    claim('alive', `${process.pid}\n`);
    claim('alive.code', '0\n');
    claim('fresh', '');
    expect(await claims.removeDead()).toEqual(['dead']);
    expect(readdirSync(directory).sort()).toEqual(['alive', 'alive.code', 'fresh']);
  });

  it('a claim that stays empty goes: its maker died, or the disk was full', async () => {
    claim('empty', '');
    utimesSync(`${directory}/empty`, new Date(), new Date(Date.now() - 11_000));
    expect(await claims.removeDead()).toEqual(['empty']);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('an answer goes that comes after its launcher, and its claim, are gone', async () => {
    claim('late', `${nobody}\n`);
    await claims.removeDead();
    await claims.answer('late', 0);
    expect(await claims.removeDead()).toEqual(['late']);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('what is no file and no claim holds up nobody', async () => {
    mkdirSync(`${directory}/folder`);
    utimesSync(`${directory}/folder`, new Date(), new Date(0));
    claim('Not a slot', '');
    claim('dead', `${nobody}\n`);
    expect([...(await claims.removeDead())].sort()).toEqual(['dead', 'folder']);
    expect(readdirSync(directory)).toEqual(['Not a slot']);
  });
});
