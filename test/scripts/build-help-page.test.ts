import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleBrowserScript } from '../../scripts/build-help-page.ts';

describe('bundleBrowserScript', () => {
  let folder: string;
  let script: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'help-page-bundle-'));
    await bundleBrowserScript(join(folder, 'help-page.js'));
    script = await readFile(join(folder, 'help-page.js'), 'utf8');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes script and style sheet side by side', async () => {
    expect(await readdir(folder)).toEqual(['help-page.css', 'help-page.js']);
  });

  it('makes a classic script: modules do not load from a folder', () => {
    expect(script).not.toMatch(/^\s*(import|export)\s/m);
    expect(() => new Script(script)).not.toThrow();
  });

  it('calls nothing that browsers of 2024 may lack: the bundler rewrites syntax alone', () => {
    // Safari 17.4 and later, or later still.
    expect(script).not.toMatch(
      /\b(?:groupBy|withResolvers|fromAsync|isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\b|RegExp\.escape|Promise\.try|\.(?:values|keys|entries)\(\)\.(?:map|filter|find|some|every|toArray)\(/,
    );
  });

  it('turns no text into markup or code', () => {
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
  });

  it('says under which licences it may be handed on; a package that nobody decided on stops the build', () => {
    expect(script).toMatch(
      /^\/\* gitlab-pod-executor, Apache-2\.0 \*\/\n\/\* yaml [\d.]+, ISC\nCopyright [^*]*permission notice appear in all copies[^*]*\*\//,
    );
  });
});
