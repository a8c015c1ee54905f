import { describe, expect, it } from 'vitest';
import { explainTag } from '../../../src/admission/explain/explain-tag.ts';
import { questionAbout } from '../sample-policy.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('explainTag', () => {
  it.each([
    ['python', 'tag-missing', '`python` has no tag, and `python:*` needs one.', 'python:latest'],
    ['kdeorg/ci', 'tag-missing', '`kdeorg/ci` has no tag, and `kdeorg/*:*` needs one.', 'kdeorg/ci:latest'],
    [`python@${digest}`, 'digest', '`python:*` needs a tag before the digest.', `python:latest@${digest}`],
    [`alpine@${digest}`, 'digest', '`alpine` is allowed, but no allowed pattern takes a digest.', 'alpine'],
    ['alpine:3.20', 'tag-differs', '`alpine` is allowed only as it is, with nothing after it.', 'alpine'],
    [
      `alpine:3.20@${digest}`,
      'tag-differs',
      '`alpine` is allowed only as it is, with nothing after it.',
      'alpine',
    ],
    ['maven:4', 'tag-differs', '`maven` is allowed with other tags only: `maven:3*`.', 'maven:3'],
    ['maven', 'tag-differs', '`maven` is allowed with other tags only: `maven:3*`.', 'maven:3'],
    [
      'rustlang/rust:stable',
      'tag-differs',
      '`rustlang/rust` is allowed with other tags only: `rustlang/rust:nightly`.',
      'rustlang/rust:nightly',
    ],
  ])('explains %s as %s', (name, code, text, use) => {
    expect(explainTag(questionAbout(name))).toMatchObject({ code, text, suggestion: { use } });
  });

  it('does not cut a long digest into the sentence', () => {
    expect(explainTag(questionAbout(`python@${digest}`))?.suggestion?.text).toBe(
      'Write the tag too, for example `python:latest@sha256:aaaaaaaa…`.',
    );
  });

  it('says nothing of a repository that a star before a brace does not reach', () => {
    const allowed_images = [{ pattern: 'registry.example.org/**{,:*,@*}' }];

    expect(explainTag(questionAbout('registry.example.org/team/app:1', { allowed_images }))).toBeNull();
  });

  it('takes the port of a registry for no tag', () => {
    const allowed_images = [{ pattern: 'registry.example.org:5000/app:1.*' }];

    expect(explainTag(questionAbout('registry.example.org:5000/app', { allowed_images }))).toMatchObject({
      code: 'tag-differs',
      suggestion: { use: 'registry.example.org:5000/app:1.1' },
    });
  });

  it('names the first of many patterns of a repository', () => {
    const allowed_images = ['1', '2', '3', '4', '5'].map((tag) => ({ pattern: `app:${tag}` }));

    expect(explainTag(questionAbout('app:6', { allowed_images }))?.text).toBe(
      '`app` is allowed with other tags only: `app:1`, `app:2`, `app:3` and 2 more.',
    );
  });

  it.each(['hashicorp/terraform', 'hashicorp/terraform:1', `x@${digest}`])(
    'has nothing to say about %s',
    (name) => {
      expect(explainTag(questionAbout(name))).toBeNull();
    },
  );
});
