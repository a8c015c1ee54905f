import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/admission/evaluate.ts';
import { describeFinding } from '../../../src/admission/explain/describe-finding.ts';
import { samplePolicy } from '../sample-policy.ts';

function describeName(name: string) {
  const verdict = evaluate({ policy: samplePolicy(), name, kind: 'image', project: null });
  return describeFinding({ kind: 'name', key: 'image', verdict });
}

describe('describeFinding', () => {
  it('names the nearest pattern with its reason where the reason does not mention it', () => {
    expect(describeName('quay.io/library/debian:12')).toEqual([
      '  image: quay.io/library/debian:12',
      '    Why:           Nothing of the registry `quay.io` is allowed, only of `docker-registry.example.org`, `docker.io`.',
      '    Nearest:       debian:* (Docker official image.)',
      '    Instead:       Use `debian:12`, if there is such an image; or choose one from the list below, or ask for this one.',
    ]);
  });

  it('does not repeat the name where it is understood as it is written', () => {
    expect(describeName('quay.io/podman/stable:1').join('\n')).not.toContain('Understood as');
  });

  it('names the allowed pull policies', () => {
    const finding = {
      kind: 'pull-policy',
      key: 'image:pull_policy',
      requested: ['never'],
      allowed: ['always', 'if-not-present'],
      image: 'debian:12',
      imageKind: 'image',
    } as const;

    expect(describeFinding(finding)).toEqual([
      '  image:pull_policy: never',
      '    Why:           This runner allows other pull policies only.',
      '    Instead:       Write `always` or `if-not-present`, or leave it out.',
    ]);
  });

  it('names what is too much, and shows the start of it', () => {
    const finding = {
      kind: 'too-much',
      key: 'services[0]:variables:A',
      requested: '$B'.repeat(100_000),
      reason: 'It is too long.',
      instead: 'Shorten it.',
    } as const;

    expect(describeFinding(finding)).toEqual([
      `  services[0]:variables:A: ${'$B'.repeat(150)}`,
      '    Why:           It is too long.',
      '    Instead:       Shorten it.',
    ]);
  });

  it('shows the first of many pull policies', () => {
    const asked = Array.from({ length: 100_000 }, () => 'x');

    expect(
      describeFinding({
        kind: 'pull-policy',
        key: 'k',
        requested: asked,
        allowed: ['always'],
        image: 'x',
        imageKind: 'image',
      })[0],
    ).toBe('  k: x, x, x, x, x, x, x, x, x, x and 99990 more');
  });
});
