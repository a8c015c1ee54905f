import { expect, it } from 'vitest';
import { writeRequest, writeSharedRequest } from '../../src/help-page/request-text.ts';

it('names what was asked for, and the policy that refused it', () => {
  const text = writeRequest({ question: { image: 'redis:7', kind: 'service' }, policyHash: '3fa9c1d2e4b7' });
  expect(text).toContain('Please allow this service for CI jobs: redis:7\n');
  expect(text).toContain('(Policy 3fa9c1d2e4b7)');
});

it('leaves the name to the writer while there is none', () => {
  const text = writeRequest({ question: null, policyHash: '3fa9c1d2e4b7' });
  expect(text).toContain('Please allow this image for CI jobs: \n');
});

it('writeSharedRequest asks for all names of a file at once', () => {
  const text = writeSharedRequest(
    [
      { image: 'golang:1', kind: 'image' },
      { image: 'mysql:8', kind: 'service' },
    ],
    'abc',
  );
  expect(text).toMatch(/^Please allow these for CI jobs:\n- image golang:1\n- service mysql:8\n\nProject/);
  expect(text).toMatch(/\(Policy abc\)$/);
});
