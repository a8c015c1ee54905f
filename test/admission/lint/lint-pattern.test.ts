import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintPattern } from '../../../src/admission/lint/lint-pattern.ts';
import { compilePattern } from '../../../src/admission/match/match-pattern.ts';
import { parseImageReference } from '../../../src/admission/parse-image-reference.ts';
import { checkPattern } from '../../../src/policy/pattern/pattern.ts';

describe('lintPattern', () => {
  it.each([
    ['**', 'risk', 'allows every image of every registry'],
    ['**/*', 'risk', 'allows every image of every registry'],
    ['*/**', 'risk', 'allows every image of every registry'],
    ['*/*:*', 'risk', 'allows any registry or group, such as evil.test/x:latest'],
    ['**/ruby:*', 'risk', 'allows any registry or group, such as evil.test/ruby:latest'],
    ['registry.example.org*/**', 'risk', 'also allows the registry registry.example.org.evil.test'],
    ['registry.example.org*/**', 'risk', 'write registry.example.org/**'],
    [
      '**/registry.example.org/**',
      'risk',
      "also allows evil.test/registry.example.org/…, which is anybody's",
    ],
    ['*/registry.example.org/*', 'risk', 'write registry.example.org/*'],
    ['*.example.org/**', 'risk', 'trusts every host under example.org'],
    ['node?.example.org:5000/*', 'risk', 'trusts every host under example.org'],
    ['registry.*.org/**', 'risk', 'also allows the registry registry.evil.org'],
    ['registry.example.???/**', 'risk', 'also allows the registry registry.example.xxx'],
    ['[a-z]*/x', 'risk', 'also allows the group x-evil of Docker Hub, which anybody may register'],
    ['{a,*}/b', 'risk', 'also allows the group evil of Docker Hub'],
    ['*x/**', 'risk', 'also allows the group evilx of Docker Hub'],
    ['{registry.example.org,ghcr.io}*/**', 'risk', 'registry registry.example.org.evil.test'],
    [
      'kdeorg*/**',
      'risk',
      'also allows the group kdeorg-evil of Docker Hub, which anybody may register; write kdeorg/**',
    ],
    [
      'ghcr.io/kde*/**',
      'risk',
      'also allows the group kde-evil of ghcr.io, which anybody may register; write ghcr.io/kde/**',
    ],
    [
      'quay.io/**',
      'risk',
      'allows what anybody publishes at quay.io; write quay.io/GROUP/… for each group that you trust',
    ],
    ['europe-docker.pkg.dev/*/*', 'risk', 'allows what anybody publishes at europe-docker.pkg.dev'],
    ['{docker.io,quay.io}/**', 'risk', 'also allows the group'],
    [
      'python[^:]*',
      'risk',
      'has `[^:]`, which takes a `/` too, and so also allows the group python of Docker Hub',
    ],
    ['python[.-9]x', 'risk', 'write what may stand there, as in `[0-9]`'],
    ['python{*,}*', 'risk', 'also allows the group pythonevil of Docker Hub'],
    ['registry.example.org{,:5000}**', 'risk', 'write registry.example.org{,:5000}/**'],
    ['python:{**,3}', 'risk', 'also allows the registry python'],
    ['registry.example.org/team{**,x}', 'risk', 'has two stars behind a brace'],
    ['registry.example.org/**{,:*,@*}', 'gap', 'has `**{,:*,@*}`, where `**` is no more than `*`'],
    ['registry.example.org/**{,:*,@*}', 'gap', 'write registry.example.org/**'],
    ['python*{,:*,@*}', 'gap', 'does not allow `python` itself'],
    ['python*{,-slim}', 'gap', 'write python*'],
    ['b***', 'gap', 'write b*'],
    ['{a.example.org,b.example.org}/*', 'gap', 'write {a.example.org,b.example.org}/** if it should'],
    ['registry.example.org/*{,:*,@*}', 'gap', 'write registry.example.org/** if it should'],
    ['registry.example.org**', 'gap', 'allows nothing of the registry registry.example.org'],
    ['registry.example.org/*', 'gap', 'does not reach registry.example.org/group/name'],
    ['registry.example.org:5000/*:*', 'gap', 'write registry.example.org:5000/**/*:* if it should'],
    ['registry.example.org/a**/x', 'gap', 'has `a**`, where `**` is no more than `*`'],
    ['docker.io/library/*:*', 'gap', 'does not match the short names'],
    ['library/Ruby:*', 'clutter', 'seems to match no valid image name'],
  ])('says of %s that it is a %s: %s', (pattern, severity, message) => {
    const finding = lintPattern(pattern);

    expect(finding?.severity).toBe(severity);
    expect(finding?.message).toContain(message);
  });

  it.each([
    'python:*',
    'alpine',
    'kdeorg/*:*',
    'registry.example.org/**',
    'registry.example.org/{a,b}/**',
    'registry.example.org/app-[0-9]/x:1.?',
    '{ruby,python}:*',
    '*',
    '*:*',
    'registry.example.org:*/**',
    'registry.example.org{,:5000}/**',
    'registry-[12].example.org/**',
    'registry.example.org{,.evil.test}/**',
    '{registry.example.org/**,python:*}',
    'ghcr.io/{kde,gnome}/**',
    'gcr.io/kaniko-project/executor:*',
    'debian{,:*,@*}',
    '{debian,ubuntu}{,:*,@*}',
    'python[:@]*',
    'node:[!a-z]*',
    'x@sha256:*',
    'python3.11*',
    '\\[::1\\]:5000/**',
  ])('has nothing to say against %s', (pattern) => expect(lintPattern(pattern)).toBeNull());
});

describe('lintPattern on any pattern', () => {
  // Nothing of it has `evil` in it, so whatever has is another's.
  const piece = fc.constantFrom(
    ...['registry.example.org', 'ghcr.io', 'quay.io', 'docker.io', 'kdeorg', 'python', 'x', 'a', 'org'],
    ...['/', '/', '/', '.', ':', ':5000', ':1', '@', '-'],
    ...['*', '*', '**', '/**', '**/', '***', '?', '[a-z]', '[!a]', '[12]', '[.-9]', '[a-e]', '[^:]'],
    ...[
      '{,:*,@*}',
      '{*,}',
      '{a,*}',
      '{**/,}',
      '{,/**}',
      '{ghcr.io,registry.example.org}',
      '{,:5000}',
      '{**,x}',
    ],
  );
  const pattern = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  const hosts = [
    ...['evil.test', 'evil.test:5000', 'evil:5000', 'registry.example.org.evil.test', 'evil.example.org'],
    ...['evil-registry.example.org', 'registry.example.orgevil', 'registry.evil.org', 'evilx.test', 'x.evil'],
  ];
  const groups = [
    'evil',
    'kdeorg-evil',
    'kdeorgevil',
    'evilkdeorg',
    'python-evil',
    'evilx',
    'xevil',
    'a-evil',
    'aevil',
  ];
  const paths = ['x', 'a', 'a/x', 'python', 'kdeorg/x', 'registry.example.org/x', 'x/a/org'];
  const owned = [
    ...hosts.flatMap((host) => paths.map((path) => `${host}/${path}`)),
    ...groups.flatMap((group) => paths.map((path) => `${group}/${path}`)),
    ...groups.flatMap((group) => ['ghcr.io', 'quay.io', 'docker.io'].map((host) => `${host}/${group}/x`)),
  ];
  const digest = `sha256:${'0'.repeat(64)}`;
  const foreign = owned.flatMap((name) => [name, `${name}:1`, `${name}@${digest}`, `${name}:1@${digest}`]);

  it('calls none sound that admits an image of somebody whom it does not name', () => {
    expect(foreign.filter((name) => parseImageReference(name).fault !== undefined)).toEqual([]);
    fc.assert(
      fc.property(pattern, (any) => {
        fc.pre(checkPattern(any) === null && lintPattern(any)?.severity !== 'risk');
        expect(foreign.filter(compilePattern(any))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('calls none dead that admits a valid name', () => {
    const known = [
      'x',
      'a',
      'python',
      'python:1',
      'kdeorg/x',
      'registry.example.org/x:1',
      'ghcr.io/a/x',
      'a-x/a',
    ];
    const names = [...known, ...known.map((name) => `${name}@${digest}`), ...foreign];
    fc.assert(
      fc.property(pattern, (any) => {
        fc.pre(checkPattern(any) === null && lintPattern(any)?.severity === 'clutter');
        expect(names.filter(compilePattern(any))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('suggests only what is better', () => {
    fc.assert(
      fc.property(pattern, (any) => {
        const instead = /; write (\S+)(?: if it should)?$/.exec(lintPattern(any)?.message ?? '')?.[1];
        fc.pre(checkPattern(any) === null && instead !== undefined);
        expect(checkPattern(instead)).toBeNull();
        expect(lintPattern(instead)?.severity).not.toBe('clutter');
        if (lintPattern(any)?.severity === 'risk') expect(lintPattern(instead)?.severity).not.toBe('risk');
      }),
      { numRuns: 100 },
    );
  });
});
