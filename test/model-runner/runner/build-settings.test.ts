import { expect, test } from 'vitest';
import { readBuildSettings } from './build-settings.ts';

const read = (variables: Readonly<Record<string, string>>) =>
  readBuildSettings((name) => variables[name] ?? '', { allowGitFetch: true, depth: 20 });

test('fetches with depth 20, cleans, takes no submodules and tries once by default', () => {
  expect(read({})).toMatchObject({
    gitStrategy: 'fetch',
    gitCheckout: true,
    gitCleanFlags: ['-ffdx'],
    submodules: { strategy: 'none', depth: 20 },
    attempts: { getSources: 1, restoreCache: 1, artifactDownload: 1 },
    afterScriptIgnoreErrors: true,
    mistakes: [],
  });
});

test('clones where GitLab does not allow to fetch', () => {
  expect(readBuildSettings(() => '', { allowGitFetch: false, depth: 0 }).gitStrategy).toBe('clone');
});

test('says what it does not understand and what it takes instead', () => {
  const settings = read({
    ...{ GIT_CHECKOUT: 'maybe', GET_SOURCES_ATTEMPTS: '12', CI_DEBUG_SERVICES: 'perhaps' },
    ...{ GIT_STRATEGY: 'bogus', GIT_SUBMODULE_STRATEGY: 'deep' },
  });

  expect(settings.gitCheckout).toBe(true);
  expect(settings.submodules.strategy).toBe('invalid');
  expect(settings.attempts.getSources).toBe(10);
  expect(settings.mistakes).toEqual([
    'CI_DEBUG_SERVICES: expected bool got "perhaps", using default value: false',
    "GIT_STRATEGY: expected either 'clone', 'fetch', 'none' or 'empty' got \"bogus\", using default value 'fetch'",
    'GIT_CHECKOUT: expected bool got "maybe", using default value: true',
    "GIT_SUBMODULE_STRATEGY: expected either 'normal', 'recursive' or 'none' got \"deep\"",
    'GET_SOURCES_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 10',
  ]);
});

test('takes flags as words, and none as none', () => {
  expect(read({ GIT_CLEAN_FLAGS: 'none', GIT_FETCH_EXTRA_FLAGS: ' --a  --b ' })).toMatchObject({
    gitCleanFlags: [],
    gitFetchExtraFlags: ['--a', '--b'],
  });
});
