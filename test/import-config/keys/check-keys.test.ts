import { expect, it } from 'vitest';
import { checkKeys } from '../../../src/import-config/keys/check-keys.ts';
import {
  knownKeys,
  knownSource,
  knownVersion,
  sections,
} from '../../../src/import-config/keys/known-keys.ts';

it('knownKeys are those of one version of GitLab Runner, whose source says so', () => {
  expect(knownSource).toContain(`/v${knownVersion}/common/config.go`);
  expect(sections.map((section) => Object.keys(knownKeys[section]).length > 10)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(knownKeys.kubernetes).toMatchObject({
    cpu_limit: 'text',
    privileged: 'boolean',
    'volumes.pvc': 'tables',
  });
});

it('checkKeys names values of a wrong type at their place, however deep, and unknown names with what is near', () => {
  const value = {
    image: 1,
    volumes: { pvc: [{ name: 'a' }, { nmae: 'b' }] },
    pod_security_context: { run_as_user: '1000' },
    node_selector: { anything: 'goes' },
  };
  const { problems, unknown } = checkKeys('kubernetes', value, ['k']);

  expect(problems.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['k.image', 'must be a text, in quotes'],
    ['k.pod_security_context.run_as_user', 'must be a number, without quotes'],
  ]);
  expect(unknown).toEqual([
    { key: 'volumes.pvc.nmae', path: ['k', 'volumes', 'pvc', 1, 'nmae'], meant: 'name', now: null },
  ]);
});

it('checkKeys knows what keys of older versions are called now', () => {
  expect(checkKeys('runners', { pre_clone_script: 'true' }, []).unknown).toMatchObject([
    { key: 'pre_clone_script', now: 'pre_get_sources_script' },
  ]);
});
