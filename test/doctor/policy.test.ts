import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../src/doctor/policy.ts';
import { policyOf } from '../stage/doctor-patient.ts';

function look(text: string, notes: readonly string[] = []) {
  const policy = policyOf(text);
  const [file, lint, pod] = checkPolicy({ policy, policyFile: '/etc/policy.yaml', notes });
  return { file, lint, pod, hash: policy.hash };
}

describe('checkPolicy', () => {
  it('names the file and its hash, as the rejection and the help page do', () => {
    const { file, hash } = look('');
    expect(file).toEqual({
      check: 'policy',
      verdict: 'ok',
      found: `/etc/policy.yaml, hash ${hash}`,
      remedies: [],
    });
  });

  it('passes on what reading it had to say', () => {
    expect(look('', ['policy.yaml:1:1: a note']).file).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(/\npolicy\.yaml:1:1: a note$/) as string,
    });
  });

  it('warns that every image is allowed, also beside what it finds in the patterns', () => {
    const everyImage = 'there is no `allowed_images`: jobs may use every image that there is';

    expect(look('allowed_services: ["postgres:*"]').lint).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(new RegExp(`^${everyImage}\nallowed_services\\[0\\]`)) as string,
      remedies: [{ code: expect.stringMatching(/^allowed_images:\n/) as string }, {}],
    });
    expect(look('allowed_images: [python]').lint?.found).not.toContain(everyImage);
  });

  it('warns of user namespaces that nobody proves', () => {
    expect(look('user_namespaces: unproven').file).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('user namespaces are not proven on this runner') as string,
    });
    expect(look('user_namespaces: required').file?.verdict).toBe('ok');
  });

  it.each([
    [
      'allowed_images: ["registry.example.org/**"]',
      'ok',
      'no pattern allows more, or less, than it seems to',
    ],
    [
      'allowed_images: ["registry.example.org/**", "registry.example.org/a:1"]',
      'ok',
      'no pattern allows more, or less, than it seems to',
    ],
  ])('finds nothing to say about %s', (text, verdict, found) => {
    expect(look(text).lint).toEqual({ check: 'policy lint', verdict, found, remedies: [] });
  });

  it('warns where every image is allowed, and shows how a list looks', () => {
    const { lint } = look('');
    expect(lint).toMatchObject({
      verdict: 'warn',
      found: 'there is no `allowed_images`: jobs may use every image that there is',
    });
    expect(policyOf(lint?.remedies[0]?.code).allowed_images).toHaveLength(2);
  });

  it('warns of services where images have no list', () => {
    expect(look('allowed_services: ["a.test*/**"]').lint).toMatchObject({ verdict: 'warn' });
  });

  it('shows the first risky patterns and counts the rest', () => {
    const { lint } = look(
      'allowed_images: ["a.test*/**", "b.test*/**", "c.test*/**", "d.test*/**", "e.test*/**"]',
    );
    const lines = lint?.found.split('\n') ?? [];
    expect(lint?.verdict).toBe('warn');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^allowed_images\[0\] `a\.test\*\/\*\*` also allows the registry a\.test\.evil\.test/,
    );
    expect(lines[3]).toBe('and 2 more');
    expect(lint?.remedies[0]?.code).toBe('gitlab-pod-executor check --lint --policy /etc/policy.yaml');
  });

  it('shows what weakens a promise, and finds nothing in what is shipped', () => {
    expect(look('').pod).toEqual({
      check: 'pod lint',
      verdict: 'ok',
      found: 'nothing weakens what the executor promises',
      remedies: [],
    });
    expect(look('pod_template: {spec: {enableServiceLinks: true}}').pod).toMatchObject({
      verdict: 'warn',
      found: expect.stringMatching(
        /^pod_template\.spec\.enableServiceLinks `true` tells every job/,
      ) as string,
      remedies: [{ code: 'gitlab-pod-executor check --lint --policy /etc/policy.yaml' }],
    });
  });
});
