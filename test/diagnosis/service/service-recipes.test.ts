import { expect, it } from 'vitest';
import { imageTitle, recipeFor, usualPorts } from '../../../src/diagnosis/service/service-recipes.ts';

it.each([
  ['postgres', 'postgres'],
  ['postgres:17', 'postgres'],
  ['registry.example.org:5000/team/postgres:17', 'postgres'],
  [`mirror/redis@sha256:${'a'.repeat(64)}`, 'redis'],
  ['registry.example.org:5000/team/postgres', 'postgres'],
])('the title of %s is %s', (name, title) => {
  expect(imageTitle(name)).toBe(title);
});

it('finds a recipe by the whole title, and none for other images', () => {
  expect(recipeFor('team/mariadb:11').otherPort).toBe('`command: [--port=3307]`');
  expect(recipeFor('team/postgres-exporter')).toEqual({ withoutRoot: null, otherPort: null });
});

it('knows where common images listen, and of others nothing', () => {
  expect(usualPorts('registry.example.org:5000/team/postgres:17')).toEqual([5432]);
  expect(usualPorts('postgres-exporter')).toEqual([]);
});
