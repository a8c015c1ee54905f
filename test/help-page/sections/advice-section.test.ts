import { describe, expect, it } from 'vitest';
import type { Html } from '../../../src/help-page/html.ts';
import { renderAdvice, renderReplacements } from '../../../src/help-page/sections/advice-section.ts';
import { examplePolicy } from '../example-policy.ts';

describe('replacements', () => {
  it('say what to use instead of what, and why', () => {
    expect(textOf(renderReplacements(examplePolicy()))).toContain(
      'Instead of node:* use docker-registry.example.org/node20 Ours gets security updates',
    );
  });

  it('have no section when there are none', () => {
    expect(renderReplacements(examplePolicy({ replacements: [] })).markup).toBe('');
  });
});

describe('advice', () => {
  it('takes its examples from the policy', () => {
    const text = textOf(renderAdvice(examplePolicy()));
    expect(text).toContain('debian:* asks for a tag, and debian has none');
    expect(text).toContain('image: rustlang/rust:nightly');
  });

  it('makes up a tag where no pattern is a whole name', () => {
    const allowed_images = [{ pattern: 'registry.example.org/**' }, { pattern: 'python:*' }];
    expect(textOf(renderAdvice(examplePolicy({ allowed_images })))).toContain('image: python:latest');
  });

  it('says nothing of tags when no pattern needs one', () => {
    const allowed_images = [{ pattern: 'registry.example.org/**' }];
    expect(textOf(renderAdvice(examplePolicy({ allowed_images })))).not.toContain('It has no tag');
  });

  it('the advice on Docker Hub’s many names follows image_matching', () => {
    expect(textOf(renderAdvice(examplePolicy()))).toContain('Use the form that the list has.');
    expect(textOf(renderAdvice(examplePolicy({ image_matching: 'canonical' })))).toContain(
      'Any of them will do.',
    );
  });
});

function textOf({ markup }: Html): string {
  return markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}
