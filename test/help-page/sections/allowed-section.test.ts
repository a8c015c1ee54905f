import { describe, expect, it } from 'vitest';
import { publishPolicy } from '../../../src/help-page/published-policy.ts';
import { renderAllowed } from '../../../src/help-page/sections/allowed-section.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { examplePolicy, withoutKeys } from '../example-policy.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ pattern: `image-${index}:*` }));

describe('the lists', () => {
  it('patterns stand under their registries, with reasons', () => {
    const text = textOf(examplePolicy());
    expect(text).toContain('Images docker-registry.example.org docker-registry.example.org/*');
    expect(text).toContain('Docker Hub debian:* Docker official image.');
    expect(text).toContain('Services docker-registry.example.org docker-registry.example.org/*');
  });

  it('images and services share one list when theirs are the same', () => {
    const allowed = [{ pattern: 'debian:*' }];
    const text = textOf(examplePolicy({ allowed_images: allowed, allowed_services: allowed }));
    expect(text).toContain('Images and services Docker Hub debian:*');
  });

  it('the lists say so when there is none, and when it is empty', () => {
    const unlimited = withoutKeys(examplePolicy({ allowed_images: [] }), 'allowed_services');
    expect(textOf(unlimited)).toContain('Images None but the default image.');
    expect(textOf(unlimited)).toContain('Services Every service is allowed.');
  });

  it('the lists name the image of a job that names none', () => {
    expect(textOf(examplePolicy())).toContain(
      'runs in docker-registry.example.org/bookworm:20261101 , which is always',
    );
  });
});

describe('long lists', () => {
  it('long lists are folded, and can be searched', () => {
    const html = htmlOf(examplePolicy({ allowed_images: names(60) }));
    expect(html).toMatch(/<h4 class="registry">Docker Hub<\/h4> <span class="quiet">60 patterns/);
    expect(html).toContain('id="search-text"');
  });

  it('short lists are neither folded nor searched', () => {
    const html = htmlOf(examplePolicy({ allowed_images: names(8), allowed_services: names(9) }));
    expect(html).not.toContain('details class="group');
    expect(html).not.toContain('id="search-text"');
  });
});

describe('rules', () => {
  it('rules are listed when they are published', () => {
    const text = textOf(examplePolicy(), { includeRules: true });
    expect(text).toContain('For some projects');
    expect(text).not.toContain('Some projects may use more');
  });

  it('rules are hinted at when they are not published', () => {
    expect(textOf(examplePolicy())).toContain('Some projects may use more than this page lists.');
    expect(textOf(examplePolicy({ rules: [] }))).not.toContain('Some projects');
  });
});

it('says that an image must be named where there is no default', () => {
  expect(textOf(withoutKeys(examplePolicy(), 'default_image'))).toContain('Each job must name its image');
});

it('explains how names are compared', () => {
  expect(textOf(examplePolicy())).toContain('as they are written, as GitLab Runner does it');
  expect(textOf(examplePolicy({ image_matching: 'canonical' }))).toContain('compared in full');
});

function htmlOf(policy: Policy, { includeRules = false } = {}): string {
  return renderAllowed(publishPolicy(policy, { includeRules })).markup;
}

function textOf(policy: Policy, options?: { includeRules: boolean }): string {
  return htmlOf(policy, options)
    .replace(/<wbr>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}
