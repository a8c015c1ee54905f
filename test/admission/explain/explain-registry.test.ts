import { describe, expect, it } from 'vitest';
import { explainRegistry } from '../../../src/admission/explain/explain-registry.ts';
import { questionAbout } from '../sample-policy.ts';

const ours = 'docker-registry.example.org';

describe('explainRegistry', () => {
  it.each([
    [`${ours}.evil.test/x:1`, `${ours}.evil.test`, `${ours}/x:1`],
    [`evil.test/${ours}/x:1`, 'evil.test', `${ours}/x:1`],
    [`evil${ours}/x`, `evil${ours}`, `${ours}/x`],
    ['Docker-Registry.example.org/x', 'Docker-Registry.example.org', `${ours}/x`],
    ['docker-registry.exampel.org/x', 'docker-registry.exampel.org', `${ours}/x`],
    [`${ours}:443/x`, `${ours}:443`, `${ours}/x`],
  ])('takes %s for a look-alike', (name, registry, use) => {
    expect(explainRegistry(questionAbout(name))).toEqual({
      code: 'look-alike',
      text: `Its registry is \`${registry}\`, which is not the allowed \`${ours}\`.`,
      suggestion: { text: `If you meant that registry, write \`${use}\`.`, use },
    });
  });

  it('suggests no name that would not be allowed either', () => {
    expect(explainRegistry(questionAbout(`${ours}.evil.test/a/b/c`))).not.toHaveProperty('suggestion');
  });

  it('names the allowed registries for another one', () => {
    expect(explainRegistry(questionAbout('quay.io/podman/stable'))).toMatchObject({
      code: 'other-registry',
      text: `Nothing of the registry \`quay.io\` is allowed, only of \`${ours}\`, \`docker.io\`.`,
    });
  });

  it('names no more than a few registries', () => {
    const allowed_images = Array.from({ length: 7 }, (_, index) => ({ pattern: `r${index}.example.org/*` }));

    expect(explainRegistry(questionAbout('quay.io/x', { allowed_images }))?.text).toContain('and 2 more.');
  });

  it.each(['*/*:*', '**', '**/x', '*.example.org/**', '{a,b}/x'])(
    'rules no registry out where a pattern is %s',
    (pattern) => {
      expect(explainRegistry(questionAbout('quay.io/a/b/c', { allowed_images: [{ pattern }] }))).toBeNull();
    },
  );

  it('knows a registry by its capitals', () => {
    const allowed_images = [{ pattern: 'MIRROR/*' }];

    expect(explainRegistry(questionAbout('MIRROR/a/b', { allowed_images }))).toBeNull();
    expect(explainRegistry(questionAbout('mirror/a', { allowed_images }))?.text).toBe(
      'Nothing of the registry `docker.io` is allowed, only of `MIRROR`.',
    );
  });

  it('has nothing to say about an allowed registry', () => {
    expect(explainRegistry(questionAbout('hashicorp/terraform'))).toBeNull();
  });
});
