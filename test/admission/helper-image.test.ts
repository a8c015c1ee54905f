import { describe, expect, it } from 'vitest';
import { helperImageOf, operatorsImage } from '../../src/admission/helper-image.ts';

const gitlabs = 'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper';

describe('helperImageOf', () => {
  it.each([
    ['19.4.0', 'amd64', `${gitlabs}:x86_64-v19.4.0`],
    ['v19.4.0', 'arm64', `${gitlabs}:arm64-v19.4.0`],
    ['19.5.0~pre.1.g1234', 'amd64', `${gitlabs}:x86_64-latest`],
    ['', 'amd64', `${gitlabs}:x86_64-latest`],
    ['1\n--', 'amd64', `${gitlabs}:x86_64-latest`],
  ] as const)('finds for version "%s" on %s %s', (version, architecture, name) => {
    expect(helperImageOf({}, version, architecture).name).toBe(name);
  });

  it("takes the operator's own helper image where there is one", () => {
    expect(helperImageOf({ helper_image: 'mirror.example.org/helper:1' }, '19.4.0', 'amd64').name).toBe(
      'mirror.example.org/helper:1',
    );
  });
});

describe('operatorsImage', () => {
  it('blames the policy for a name that is not one', () => {
    expect(() => operatorsImage('a b', 'default_image')).toThrow(
      'default_image of the policy is not a valid image name: character 2 is a space.',
    );
  });
});
