import { describe, expect, it } from 'vitest';
import { listAllowed } from '../../../src/admission/explain/list-allowed.ts';
import { samplePolicy } from '../sample-policy.ts';

const project = { id: 1, path: 'g/p', namespaceId: null, isRefProtected: false };

describe('listAllowed', () => {
  it('lists patterns with their reasons, and the default image, which need not be on the list', () => {
    expect(listAllowed(samplePolicy(), 'image', project)).toEqual({
      title: 'images: 8 patterns',
      lines: [
        'Images:',
        '  docker-registry.example.org/*  Built and patched by us.',
        '  centos/*:*',
        '  debian:*                       Docker official image.',
        '  python:*',
        '  rustlang/rust:nightly',
        '  alpine',
        '  maven:3*',
        '  kdeorg/*:*',
        '  docker-registry.example.org/bookworm (when a job names no image)',
      ],
    });
  });

  it('includes what a rule gives to the project', () => {
    const rules = [{ when: { project_ids: [1] }, allowed_services: [{ pattern: 'dind:*' }] }];

    expect(listAllowed(samplePolicy({ rules }), 'service', project)?.lines).toContain('  dind:*');
  });

  it('says that nothing is allowed', () => {
    expect(listAllowed(samplePolicy({ allowed_services: [] }), 'service', project)).toEqual({
      title: 'services: none of your choice',
      lines: ['Services:', '  none'],
    });
  });

  it('lists nothing where everything is allowed', () => {
    const policy = samplePolicy();
    delete (policy as { allowed_services?: unknown }).allowed_services;

    expect(listAllowed(policy, 'service', project)).toBeNull();
  });
});
