// The recipes of docs/build-images.md, as far as they can be read without their tools: pipelines, with profiles that there are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './documents.ts';

interface RecipeJob {
  readonly image: string;
  readonly script: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/build-images.md');
const recipes = [...page.matchAll(/<!-- recipe: (\w+) -->\n```yaml\n([\s\S]*?)```/g)].map(
  ([, name = '', text = '']) => [name, parse(text) as Readonly<Record<string, RecipeJob>>] as const,
);
const { profiles } = parse(read('config/policies/image-build.yaml')) as { readonly profiles: object };

describe('docs/build-images.md', () => {
  it('has a recipe for each tool that has its own', () => {
    expect(recipes.map(([name]) => name)).toEqual(['buildah', 'podman', 'kaniko', 'crane']);
    expect(page.match(/```yaml/g)).toHaveLength(recipes.length);
  });

  it.each(recipes)('the recipe %s is a pipeline that leaves no password in a file', (_, jobs) => {
    const [build] = Object.values(jobs);

    for (const { image, script } of Object.values(jobs)) {
      expect(image).toMatch(/\S/);
      for (const line of script) expect(typeof line).toBe('string');
    }
    const lines = build?.script ?? [];
    const removes = lines.findIndex((line) => /^trap 'rm .*' EXIT$/.test(line));
    const writes = lines.findIndex((line) => line.includes('CI_REGISTRY_PASSWORD'));
    expect(removes).toBeGreaterThanOrEqual(0);
    expect(writes).toBeGreaterThan(removes);
  });

  it('names no profile and no file that there is not', () => {
    const asked = recipes.flatMap(([, jobs]) =>
      Object.values(jobs).flatMap(({ variables }) => variables?.['POD_PROFILE'] ?? []),
    );
    expect(asked).toEqual(['kaniko']);
    for (const name of [...asked, 'image-build']) expect(Object.keys(profiles)).toContain(name);
    expect(page).toContain('`image-build-podman.json`');
    expect(() => read('config/kubernetes/seccomp/image-build-podman.json')).not.toThrow();
  });

  it('has no tool that was not tried in its table', () => {
    expect(page).not.toMatch(/\|[^|\n]*not (?:been )?tried[^|\n]*\|/i);
  });
});
