import { describe, expect, it } from 'vitest';
import { readJob } from '../../src/job/read-job.ts';
import { SystemFailure } from '../../src/outcome/system-failure.ts';

const smallest = {
  id: 1001,
  job_info: { project_id: 42, project_full_path: 'group/project' },
  git_info: {
    repo_url: 'https://gitlab-ci-token:secret-token@gitlab.example.org/group/project.git',
    ref: 'main',
  },
};

function read(changes: object) {
  return readJob(JSON.stringify({ ...smallest, ...changes }));
}

describe('readJob', () => {
  it('reads the smallest job that GitLab sends', () => {
    expect(read({})).toEqual({
      id: 1001,
      instance: 'gitlab.example.org',
      name: '',
      project: { id: 42, path: 'group/project', namespaceId: null },
      repositoryPath: 'group/project',
      ref: 'main',
      isRefProtected: null,
      timeoutSeconds: 7200,
      image: null,
      services: [],
      variables: [],
      registryCredentials: [],
    });
  });

  it('reads an image with all its options', () => {
    const image = {
      name: 'node:20',
      entrypoint: [''],
      pull_policy: ['always', 'if-not-present'],
      executor_opts: { docker: { platform: 'linux/arm64', user: 'node' }, kubernetes: { user: '1000:1000' } },
    };

    expect(read({ image }).image).toEqual({
      name: 'node:20',
      entrypoint: [''],
      pullPolicies: ['always', 'if-not-present'],
      kubernetesUser: '1000:1000',
      dockerUser: 'node',
      dockerPlatform: 'linux/arm64',
    });
  });

  it('keeps what a job asks for beside an image whose name comes to nothing', () => {
    const executor_opts = { docker: {}, kubernetes: { user: '1000' } };
    for (const name of ['', ' \t', null]) {
      const { image } = read({ image: { name, pull_policy: ['always'], executor_opts } });
      expect(image).toMatchObject({ name: '', pullPolicies: ['always'], kubernetesUser: '1000' });
    }
  });

  it.each([{ name: '' }, { name: ' \n' }, {}])(
    'keeps the place of a service whose name comes to nothing: %j',
    (nameless) => {
      const { services } = read({ services: [{ name: 'a' }, nameless, { name: 'b' }] });

      expect(services.map(({ name }) => name)).toEqual(['a', '', 'b']);
    },
  );

  it('splits the aliases of a service at commas and spaces', () => {
    const [service] = read({ services: [{ name: 'postgres:16', alias: 'db, database  pg' }] }).services;

    expect(service?.aliases).toEqual(['db', 'database', 'pg']);
  });

  it('takes a user that is a number as text', () => {
    const [service] = read({
      services: [{ name: 'a', executor_opts: { kubernetes: { user: 999 } } }],
    }).services;

    expect(service?.kubernetesUser).toBe('999');
  });

  it('takes an empty user for none, as GitLab Runner writes the one of the other executor', () => {
    const image = {
      name: 'node:20',
      executor_opts: { docker: { platform: '', user: '2000' }, kubernetes: { user: '' } },
    };

    expect(read({ image }).image).toMatchObject({ kubernetesUser: null, dockerUser: '2000' });
  });

  it('reads protected refs, the timeout, variables and registry credentials', () => {
    const job = read({
      git_info: { ...smallest.git_info, protected: true },
      runner_info: { timeout: 600 },
      variables: [{ key: 'TOKEN', value: 's3cret', masked: true, public: false }],
      credentials: [
        { type: 'registry', url: 'registry.example.org', username: 'u', password: 'p' },
        { type: 'other', url: 'x', username: 'u', password: 'p' },
      ],
    });

    expect(job.isRefProtected).toBe(true);
    expect(job.timeoutSeconds).toBe(600);
    expect(job.variables).toEqual([
      { key: 'TOKEN', value: 's3cret', isPublic: false, isFile: false, isMasked: true, isRaw: false },
    ]);
    expect(job.registryCredentials).toEqual([
      { registry: 'registry.example.org', username: 'u', password: 'p' },
    ]);
  });

  it('believes the project that GitLab names, not the variables that a job may set', () => {
    const variables = [
      { key: 'CI_PROJECT_PATH', value: 'other/project' },
      { key: 'CI_JOB_IMAGE', value: 'other:1' },
    ];

    const job = read({ variables, image: { name: 'real:1' } });

    expect(job.project.path).toBe('group/project');
    expect(job.image?.name).toBe('real:1');
  });

  it.each([
    ['https://gitlab-ci-token:t@gitlab.example.org/group/sub/project.git', 'group/sub/project'],
    ['http://127.0.0.1:8080/git/demo.git', 'git/demo'],
    ['https://gitlab.example.org/a/../../etc//b.git', 'etc/b'],
    ['https://gitlab.example.org/a/%2e%2e/%2e%2e/b.git', 'b'],
    ['https://gitlab.example.org/100%/b.git', '100%/b'],
  ])('finds the directory that GitLab Runner makes of %s', (repo_url, path) => {
    expect(read({ git_info: { repo_url } }).repositoryPath).toBe(path);
  });

  it('leaves keys alone that it does not know', () => {
    expect(read({ something_new: { of: 'a later GitLab Runner' } }).id).toBe(1001);
  });

  it('names every mistake at once, and no value', () => {
    const text = JSON.stringify({
      id: 'secret-token',
      job_info: {},
      git_info: { repo_url: 'secret-token' },
      image: { name: 5, entrypoint: 'secret-token' },
      services: [{ name: 5 }],
    });

    const error = catchError(() => readJob(text));

    expect(error).toMatchObject({ code: 'job-unreadable' });
    expect(error.message.split('\n').slice(1, -1)).toEqual([
      '  id: expected number, received string',
      '  job_info.project_id: expected number, received undefined',
      '  image.name: expected string, received number',
      '  image.entrypoint: expected array, received string',
      '  services.0.name: expected string, received number',
      '  job_info.instance_uuid, git_info.repo_url: neither names the GitLab instance',
    ]);
    expect(error.message).not.toContain('secret-token');
  });

  it.each([
    ['variables', { variables: Array.from({ length: 300_000 }, () => ({})) }],
    ['words', { image: { name: 'a', entrypoint: Array.from({ length: 300_000 }, () => 1) } }],
    [
      'lists in lists',
      { services: Array.from({ length: 500 }, () => ({ variables: Array.from({ length: 500 }, () => 1) })) },
    ],
  ])('names the first mistakes of a list of %s', (_, changes) => {
    const lines = catchError(() => read(changes)).message.split('\n');

    expect(lines).toHaveLength(23);
    expect(lines.at(-2)).toBe('  … and more');
  });

  it.each([
    ['an empty file', '', 'the file is empty'],
    [
      'half a file',
      '{"token": "secret-token", ',
      'not JSON: the file has 26 characters and may have been cut off',
    ],
    ['a list', '[]', 'expected a JSON object'],
  ])('refuses %s', (_, text, mistake) => {
    const error = catchError(() => readJob(text));

    expect(error.message).toContain(mistake);
    expect(error.message).not.toContain('secret-token');
  });
});

function catchError(act: () => unknown): SystemFailure {
  try {
    act();
  } catch (error) {
    if (error instanceof SystemFailure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
