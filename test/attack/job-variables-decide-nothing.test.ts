import { describe, expect, it } from 'vitest';
import { attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('job variables decide nothing');

describe.skipIf(reason).concurrent('job variables decide nothing', () => {
  it('a job that names another image, project or id in its variables is judged by its own', async () => {
    const result = await cluster().run(
      {
        image: 'docker.io/someone/unknown:latest',
        variables: {
          GIT_STRATEGY: 'none',
          CI_JOB_IMAGE: cluster().buildImage,
          CI_PROJECT_PATH: 'trusted/project',
          CI_JOB_ID: '7',
        },
        script: ['echo PWNED'],
      },
      {
        policy: {
          allowed_images: [cluster().buildImage],
          rules: [{ when: { projects: ['trusted/**'] }, allowed_images: ['**'] }],
        },
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    expect(result.readableTrace).not.toContain('PWNED');
  });

  it('a job of a GitLab that does not say so cannot make its branch a protected one', async () => {
    const result = await cluster().run(
      {
        protected: false,
        git_info: { protected: null },
        image: 'docker.io/someone/unknown:latest',
        variables: { GIT_STRATEGY: 'none', CI_COMMIT_REF_PROTECTED: 'true' },
        script: ['true'],
      },
      {
        policy: {
          allowed_images: [cluster().buildImage],
          rules: [{ when: { protected_ref: true }, allowed_images: ['**'] }],
        },
      },
    );
    expect(result).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    expect(result.readableTrace).toContain('This runner does not allow the image "docker.io/someone/unknown');
    expect(result.readableTrace).toContain('It is not known whether this branch or tag is protected');
  });

  it.each(['root', '0', '-1', '1e3', '1000:0', '70000', '$(id)'])(
    'user "%s" is refused in words, or runs as nobody special',
    async (user) => {
      const result = await cluster().run({
        image: { name: cluster().buildImage, kubernetes: { user } },
        script: ['echo uid $(id -u) gid $(id -g)'],
      });
      if (result.state === 'success') expect(result.readableTrace).toMatch(/^uid 1000 gid (1000|0)$/m);
      else {
        expect(result.failureReason).toBe('script_failure');
        expect(result.readableTrace).toContain('kubernetes:user');
      }
      expect(result.readableTrace).not.toMatch(/^uid 0 /m);
    },
  );

  it.each([
    'NODE_OPTIONS',
    'KUBECONFIG',
    'LD_PRELOAD',
    'GITLAB_POD_EXECUTOR_POLICY',
    'TMPDIR',
    'SYSTEM_FAILURE_EXIT_CODE',
    'KUBERNETES_SERVICE_HOST',
    'HTTPS_PROXY',
  ])('%s of a job does not reach the executor', async (key) => {
    const result = await cluster().run({
      variables: { GIT_STRATEGY: 'none', [key]: '/nowhere' },
      script: ['echo ran'],
    });
    expect(result.readableTrace).toContain('\nran\n');
    expect(result.state).toBe('success');
  });

  it('what a job may set of its pod reaches no security field, and what the executor goes by stays its own', async () => {
    const hostile = [
      ['POD_LABELS_1', 'gitlab-pod-executor/job-id=1'],
      ['POD_LABELS_2', 'app.kubernetes.io/managed-by=me'],
      ['POD_ANNOTATIONS_1', 'container.apparmor.security.beta.kubernetes.io/build=unconfined'],
      ['POD_ANNOTATIONS_2', 'io.kubernetes.cri-o.userns-mode=host'],
      ['POD_ANNOTATIONS_3', 'example.org/x=\u001b[2J'],
      ['NODE_TOLERATIONS_1', ':NoSchedule'],
      ['NODE_SELECTOR_1', 'kubernetes.io/hostname=other'],
      ['SERVICE_ACCOUNT_OVERWRITE', 'default'],
      ['MEMORY_LIMIT', '1Ei'],
    ] as const;
    const refused = await cluster().run(
      {
        variables: Object.fromEntries(hostile.map(([name, value]) => [`KUBERNETES_${name}`, value])),
        script: ['echo PWNED'],
      },
      {
        policy: {
          job_may_set: {
            build: { limits: { memory: '8Gi' } },
            labels: ['team=*'],
            annotations: ['example.org/*=*'],
            node_selector: ['kubernetes.io/arch=*'],
            tolerations: ['ci=*'],
            service_account: ['deploy-*'],
          },
        },
      },
    );
    expect(refused).toMatchObject({ state: 'failed', failureReason: 'script_failure' });
    for (const [name] of hostile) expect(refused.readableTrace).toContain(`KUBERNETES_${name}: `);
    expect(refused.trace).not.toContain('\u001b[2J');
    expect(refused.readableTrace).not.toContain('PWNED');
  });

  // The pod would wait for ever for a pull secret that no kubelet can read.
  it.each([
    ['an entry that is no base64', '{"auths":{"elsewhere.example.org":{"auth":"s3cret-canary"}}}'],
    [
      'names that move cursors',
      '{"auths":{"\\u001b[2J\\r\\u001b[0Ksection_end:1:x":{"auth":"s3cret-canary"}}}',
    ],
    ['no JSON', 's3cret-canary\u001b[2J'],
    [
      'ten thousand entries',
      JSON.stringify({ auths: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, 1])) }),
    ],
  ])('DOCKER_AUTH_CONFIG with %s neither hangs a job nor speaks in its log', async (_, value) => {
    // Always: so that the kubelet reads the secret. A real cluster may have its images without a registry.
    const pull_policy = cluster().embedded ? 'always' : 'if-not-present';
    const result = await cluster().run(
      {
        variables: [
          { key: 'GIT_STRATEGY', value: 'none' },
          { key: 'DOCKER_AUTH_CONFIG', value, raw: true },
        ],
        script: ['echo ran'],
      },
      { policy: { pull_policy, timeouts: { ready: '30s' } } },
    );
    expect(result).toMatchObject({ state: 'success' });
    expect(result.trace).toContain('are left out: ');
    expect(result.trace).not.toMatch(/s3cret-canary|\u001b\[2J|section_end:1:x\r/);
  });
});
