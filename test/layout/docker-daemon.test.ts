import { describe, expect, it } from 'vitest';
import { isDockerDaemon } from '../../src/layout/docker-daemon.ts';

describe('isDockerDaemon', () => {
  it.each([
    ['docker:dind', true],
    ['docker:29-dind', true],
    ['docker:29.1.2-dind-rootless', true],
    ['docker.io/library/docker:dind', true],
    ['mirror.example.org:5000/docker:24-dind', true],
    ['docker:29-cli', false],
    ['docker', false],
    ['notdocker:dind', false],
    ['team/dind:1', false],
  ])('isDockerDaemon of %s is %s', (image, isOne) => {
    expect(isDockerDaemon(image)).toBe(isOne);
  });
});
