import { expect, it } from 'vitest';
import { renderRule } from '../../../src/help-page/sections/rule-section.ts';

it('says for whom a rule holds, and what it adds', () => {
  const { markup } = renderRule({
    when: { projects: ['team/*'] },
    allowed_images: [{ pattern: 'ruby:*', because: 'For the old site.' }],
    allowed_services: [],
    allowed_pull_policies: ['always', 'never'],
  });
  const text = markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  expect(text).toBe(
    'For some projects More than the lists above, only in projects team/* : Images ruby:* For the old site. pull_policy: always or never',
  );
});

it.each([
  ['how pods are made', { profile: 'large' }],
  ['what is asked of registries', { images: { resolve: 'digest' as const } }],
])('a rule that only says %s is not on the page', (_, rule) => {
  expect(renderRule({ when: { projects: ['team/*'] }, ...rule }).markup).toBe('');
});
