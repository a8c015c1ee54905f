import { describe, expect, it } from 'vitest';
import { readJobIdentity } from '../../src/job/read-job-identity.ts';

function read(file: object) {
  return readJobIdentity(JSON.stringify(file));
}

describe('readJobIdentity', () => {
  it('takes the instance that GitLab names', () => {
    const identity = read({
      id: 7,
      job_info: { instance_uuid: 'uuid-1' },
      git_info: { repo_url: 'https://h/x' },
    });

    expect(identity).toEqual({ id: 7, instance: 'uuid-1' });
  });

  it.each([
    ['https://gitlab-ci-token:t@gitlab.example.org/g/p.git', 'gitlab.example.org'],
    ['http://gitlab-ci-token:t@127.0.0.1:8080/g/p.git', '127.0.0.1:8080'],
  ])('takes host and port of %s from an older GitLab', (repo_url, instance) => {
    expect(read({ id: 7, job_info: { instance_uuid: '' }, git_info: { repo_url } }).instance).toBe(instance);
  });

  it.each([0, -1, 1.5, '7', null, 2 ** 53])('refuses %s as an id', (id) => {
    expect(() => read({ id, job_info: { instance_uuid: 'u' } })).toThrow('id: expected a number above 0');
  });

  it('refuses a file that does not tell its GitLab, without printing the address', () => {
    const act = () => read({ id: 7, git_info: { repo_url: 'token-in-no-address' } });

    expect(act).toThrow('neither names the GitLab instance');
    expect(act).not.toThrow('token-in-no-address');
  });
});
