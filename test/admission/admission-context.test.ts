import { describe, expect, it } from 'vitest';
import { createAdmissionContext } from '../../src/admission/admission-context.ts';
import { parseImageReference } from '../../src/admission/parse-image-reference.ts';
import { samplePolicy } from './sample-policy.ts';

const court = createAdmissionContext(samplePolicy(), null);
const named = (name: string) => parseImageReference(name).reference!;

describe('createAdmissionContext', () => {
  it('decides by the first pattern that matches', () => {
    const patterns = ['x', '*', '**'].map((pattern) => ({ pattern }));
    const { decide } = createAdmissionContext(samplePolicy({ allowed_images: patterns }), null);

    expect(decide(named('x'), 'image')?.entry?.pattern).toBe('x');
    expect(decide(named('y'), 'image')?.entry?.pattern).toBe('*');
    expect(decide(named('y/z'), 'image')?.entry?.pattern).toBe('**');
  });

  it('has a list of its own for services', () => {
    expect(court.decide(named('postgres:16'), 'service')?.code).toBe('pattern');
    expect(court.decide(named('postgres:16'), 'image')).toBeNull();
  });

  it("reads the patterns of replacements as GitLab's matcher does", () => {
    const replacements = ['r.test/**{,:*}', 'python*{,:*}', 'q.test/**'].map((pattern) => ({
      pattern,
      use: 'x',
    }));
    const { replacementFor } = createAdmissionContext(samplePolicy({ replacements }), null);
    const patternFor = (name: string) => replacementFor(named(name))?.pattern ?? null;

    expect(patternFor('r.test/a:1')).toBe('r.test/**{,:*}');
    expect(patternFor('r.test/a/b:1')).toBeNull();
    expect(patternFor('q.test/a/b:1')).toBe('q.test/**');
    expect(patternFor('python3')).toBe('python*{,:*}');
  });

  it('finds a replacement by any spelling of the name', () => {
    expect(court.replacementFor(named('docker.io/library/node'))?.pattern).toBe('node:*');
    expect(court.replacementFor(named('debian:12'))).toBeNull();
  });
});
