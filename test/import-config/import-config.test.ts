import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { lintPolicy } from '../../src/admission/lint/lint-policy.ts';
import { importConfig } from '../../src/import-config/import-config.ts';
import { lintPodPolicy } from '../../src/pod/lint-pod-policy.ts';
import { checkPattern } from '../../src/policy/pattern/pattern.ts';
import { docker, entryOf, importText, kubernetes, mistakesOf, policyOf } from './import-text.ts';

const realistic = readFileSync('test/import-config/realistic.toml', 'utf8');

describe('importConfig', () => {
  it('makes a policy of a realistic configuration, of which check --lint has nothing to say', () => {
    const imported = importText(realistic);
    const policy = policyOf(imported);
    const keys = imported.entries.filter(({ section }) => section === 'kubernetes');

    expect(keys.length).toBeGreaterThanOrEqual(20);
    expect([...lintPolicy(policy), ...lintPodPolicy(policy)]).toEqual([]);
    expect(imported.report).not.toContain('check --lint');
    expect(imported.runner).toContain('executor = "custom"');
  });

  it('names every mistake of a file at its line and column, and imports nothing', () => {
    const broken = kubernetes('cpu_limit = ', 'image = "a"', 'image = "b"', 'memory_limit = [1');
    expect(mistakesOf(broken)).toEqual([
      expect.stringMatching(/^config\.toml:5:\d+: this is no TOML: /),
      expect.stringMatching(/^config\.toml:7:\d: this is no TOML: defining a key multiple times/),
      expect.stringMatching(/^config\.toml:8:\d+: this is no TOML: /),
    ]);
    const wrong = kubernetes(
      'cpu_limit = 2',
      'memory_limit = "4Gb"',
      'privileged = "yes"',
      'dns_policy = "mine"',
    );
    expect(mistakesOf(wrong)).toEqual([
      'config.toml:5:1: runners[0].kubernetes.cpu_limit must be a text, in quotes',
      expect.stringMatching(
        /^config\.toml:6:1: runners\[0\]\.kubernetes\.memory_limit is not a Kubernetes quantity/,
      ),
      'config.toml:7:1: runners[0].kubernetes.privileged must be true or false, without quotes',
      expect.stringMatching(
        /^config\.toml:8:1: runners\[0\]\.kubernetes\.dns_policy is `mine`; GitLab Runner knows/,
      ),
    ]);
    expect(mistakesOf(kubernetes('namespace = "My Jobs"'))).toEqual([
      expect.stringMatching(
        /^config\.toml:5:1: .*namespace is `My Jobs`, which is not a name for a namespace/,
      ),
    ]);
  });

  it('never loosens the policy: what would is named with what to do instead', () => {
    const imported = importText(
      kubernetes(
        'privileged = true',
        'allow_privilege_escalation = true',
        'cap_add = ["NET_ADMIN"]',
        'automount_service_account_token = true',
        '[[runners.kubernetes.volumes.host_path]]',
        'name = "docker"',
        'mount_path = "/var/run/docker.sock"',
        '[runners.kubernetes.build_container_security_context]',
        'privileged = true',
        '[runners.kubernetes.build_container_security_context.capabilities]',
        'add = ["NET_RAW", "SYS_ADMIN"]',
      ),
    );

    for (const key of [
      'privileged',
      'allow_privilege_escalation',
      'cap_add',
      'automount_service_account_token',
      'volumes.host_path',
    ])
      expect(entryOf(imported, key)).toMatchObject({
        verdict: 'different',
        says: expect.stringMatching(/\.$/),
      });
    expect(entryOf(imported, 'build_container_security_context.privileged')?.verdict).toBe('different');
    expect(imported.policy).not.toMatch(
      /SYS_ADMIN|NET_|hostPath|docker\.sock|privileged: true|Escalation: true/,
    );
  });

  it('keeps the verdicts of the lists, whatever is in them', () => {
    const patterns = ['ruby:*', '**', '[', 'r.example.org/team/*', '{a,b}:1', 'x[!0-9]'];
    const { policy } = {
      policy: policyOf(importText(kubernetes(`allowed_images = ${JSON.stringify(patterns)}`))),
    };
    const evaluate = createEvaluator(policy, null);

    // A pattern that GitLab cannot read matches nothing there.
    expect(policy.allowed_images?.map(({ pattern }) => pattern)).toEqual(
      patterns.filter((each) => each !== '['),
    );
    expect(evaluate('ruby:3', 'image').allowed).toBe(true);
    expect(policyOf(importText(kubernetes('allowed_images = []'))).allowed_images).toBeUndefined();
    expect(policyOf(importText(kubernetes('allowed_images = ["["]'))).allowed_images).toEqual([]);
  });

  it('hands every pattern on letter by letter, whatever TOML and YAML make of its signs', () => {
    const pattern = fc.string({
      unit: fc.constantFrom(...'aA0*?{},[]!-:/@.\\"\'# |&%'.split('')),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), (list) => {
        const { allowed_images } = policyOf(
          importText(kubernetes(`allowed_images = ${JSON.stringify(list)}`)),
        );
        const readable = list.filter((each) => checkPattern(each, 'image name') === null);
        expect(allowed_images?.map((each) => each.pattern)).toEqual(readable);
      }),
      { numRuns: 40 },
    );
  });

  it('takes what the executor refuses out again, says why, and keeps the rest', () => {
    const imported = importText(
      kubernetes(
        '[runners.kubernetes.pod_labels]',
        'team = "a"',
        'ref = "$CI_COMMIT_REF_NAME"',
        '"gitlab-pod-executor/job-id" = "1"',
        '[[runners.kubernetes.pod_spec]]',
        'name = "mixed"',
        'patch = "{hostUsers: true, hostNetwork: true, runtimeClassName: kata}"',
      ),
    );

    expect(policyOf(imported).pod_template).toEqual({
      metadata: { labels: { team: 'a' } },
      spec: { runtimeClassName: 'kata' },
    });
    expect(entryOf(imported, 'pod_labels')).toMatchObject({
      verdict: 'different',
      says: expect.stringMatching(/job-id .*labels\.ref /),
    });
    expect(entryOf(imported, 'pod_spec')).toMatchObject({
      verdict: 'different',
      says: expect.stringMatching(/hostUsers .*hostNetwork/),
    });
  });

  it('takes over no volume at the place of the cache, which jobs would share, and says where caches go', () => {
    const imported = importText(
      kubernetes('[[runners.kubernetes.volumes.pvc]]', 'name = "c"', 'mount_path = "/cache"'),
    );

    expect(policyOf(imported).pod_template).toBeUndefined();
    expect(entryOf(imported, 'volumes.pvc')).toMatchObject({
      verdict: 'different',
      says: expect.stringContaining('`[runners.cache]`'),
    });
  });

  it('takes over no volume at the place of the builds, which jobs would share, and says what keeps workspaces', () => {
    const imported = importText(
      kubernetes('[[runners.kubernetes.volumes.pvc]]', 'name = "c"', 'mount_path = "/builds"'),
    );

    expect(policyOf(imported).pod_template).toBeUndefined();
    expect(entryOf(imported, 'volumes.pvc')).toMatchObject({
      verdict: 'different',
      says: expect.stringContaining('`lasting_workspaces` of the policy keeps the workspaces of a project'),
    });
  });

  it('tells what is refused of a patch at the patch, and leaves what another key wrote beside it', () => {
    const imported = importText(
      kubernetes(
        '[[runners.kubernetes.volumes.pvc]]',
        'name = "cache"',
        'mount_path = "/data"',
        '[[runners.kubernetes.pod_spec]]',
        'patch = "{containers: [{name: build, securityContext: {privileged: true}, tty: true}]}"',
      ),
    );

    expect(entryOf(imported, 'volumes.pvc')?.verdict).toBe('pod_template');
    expect(entryOf(imported, 'pod_spec')).toMatchObject({
      verdict: 'different',
      says: expect.stringContaining('privileged'),
    });
    expect(policyOf(imported).pod_template).toMatchObject({
      spec: { containers: [{ name: 'build', volumeMounts: [{ mountPath: '/data' }] }] },
    });
  });

  it('reads a runner with the Docker executor, and says where the namespace comes from', () => {
    const imported = importText(docker('image = "ruby:3.4"', 'volumes = ["/cache"]', 'privileged = false'), {
      namespace: 'ci',
    });

    expect(policyOf(imported)).toMatchObject({ cluster: { namespace: 'ci' }, default_image: 'ruby:3.4' });
    expect(entryOf(imported, 'privileged')?.verdict).toBe('same');
    expect(entryOf(imported, 'volumes')?.verdict).toBe('different');
    expect(entryOf(importText(kubernetes('namespace = "a"'), { namespace: 'b' }), 'namespace')).toMatchObject(
      {
        verdict: 'different',
        says: 'You chose `b` with --namespace.',
      },
    );
  });

  it('puts no secret of the file into policy or report', () => {
    const text = kubernetes('bearer_token = "s3cret-a"').replace(
      'name = "a"',
      'name = "a"\ntoken = "s3cret-b"\nenvironment = ["X=s3cret-c"]',
    );
    const { policy, report, runner, entries } = importText(text);

    expect(policy + report + JSON.stringify(entries)).not.toContain('s3cret');
    expect(runner).toContain('s3cret-b');
    expect(runner).not.toContain('s3cret-a');
  });

  it('says of an unknown key that it does nothing, and what it may mean', () => {
    expect(entryOf(importText(kubernetes('memroy_limit = "1Gi"')), 'memroy_limit')).toMatchObject({
      verdict: 'none',
      says: expect.stringMatching(/does nothing there either\. Did you mean `memory_limit`\?$/),
    });
  });

  it('counts the lines of a text that stands in another file from where it begins', () => {
    const offset = { line: 10, column: 5 };
    const places = { executable: '/x', policyFile: '/p' };
    expect(() => importConfig({ text: 'a = ', file: 'values.yaml', offset, ...places })).toThrow(
      'values.yaml:10:9: ',
    );
  });

  it('says where pods are made when the file names no namespace, and what Docker limits no more', () => {
    const { report } = importText(docker('image = "a"'));
    expect(report).toContain('names no namespace, so that pods are made in `default`');
    expect(report).toContain('`resources.build.limits.cpu` is the usual 2');
    const named = importText(kubernetes('namespace = "ci"')).report;
    expect(named).not.toMatch(/no namespace|limits\.cpu/);
  });

  it("says of flags of GitLab's own executors that they change nothing here", () => {
    const flags = '[runners.feature_flags]\nFF_PRINT_POD_EVENTS = true\nFF_USE_FASTZIP = true';
    const report = importText(
      `${docker('image = "a"').replace('[runners.docker]', 'environment = ["FF_NETWORK_PER_BUILD=1", "A=1"]\n[runners.docker]')}\n${flags}`,
    );
    expect(entryOf(report, 'feature_flags')).toMatchObject({
      verdict: 'different',
      says: expect.stringContaining('copied. But FF_PRINT_POD_EVENTS only') as string,
    });
    expect(entryOf(report, 'environment')?.says).toContain('But FF_NETWORK_PER_BUILD only');
  });

  it('writes a shutdown_timeout in which pods can be cleaned up, and copies a longer one', () => {
    const short = importText(`shutdown_timeout = 30\n${docker('image = "a"')}`);
    expect(short.runner).toMatch(/^shutdown_timeout = 150$/m);
    expect(entryOf(short, 'shutdown_timeout')).toMatchObject({ verdict: 'different' });
    expect(importText(`shutdown_timeout = 300\n${docker('image = "a"')}`).runner).toMatch(
      /^shutdown_timeout = 300$/m,
    );
  });

  it('names the new key for one that GitLab Runner renamed', () => {
    const { report } = importText(`[[runners]]\nexecutor = "docker"\npre_clone_script = "true"\n`);
    expect(report).toMatch(/`runners\.pre_clone_script` .*It is called `pre_get_sources_script` now/);
  });

  it('leaves a volume out whose name Helm would fill in, without a trace in the policy', () => {
    const text = kubernetes(
      '[[runners.kubernetes.volumes.pvc]]',
      'name = "x-{{ .Release.Name }}"',
      'mount_path = "/x"',
    );
    const imported = importText(text);
    expect(policyOf(imported).pod_template).toBeUndefined();
    expect(entryOf(imported, 'volumes.pvc')?.says).toContain('refers to variables');
  });

  it('names a patch of pod_spec that nobody can read as that', () => {
    const patch = (name: string, ...lines: string[]): string[] => [
      '[[runners.kubernetes.pod_spec]]',
      `name = "${name}"`,
      ...lines,
    ];
    const imported = importText(
      kubernetes(
        ...patch('broken', "patch = 'a: [b'"),
        ...patch('filed', 'patch_path = "/a"'),
        ...patch('good', "patch = 'nodeSelector: {a: b}'"),
      ),
    );
    expect(entryOf(imported, 'pod_spec')?.says).toMatch(
      /^Not taken over: filed\. JSON patches .* Not taken over: broken\. `patch` has to be YAML/,
    );
    expect(policyOf(imported).pod_template?.['spec']).toEqual({ nodeSelector: { a: 'b' } });
  });

  it('says of each volume that is left out why, and takes the others', () => {
    const pvc = (...lines: string[]): string[] => ['[[runners.kubernetes.volumes.pvc]]', ...lines];
    const imported = importText(
      kubernetes(
        ...pvc('name = "a-$B"', 'mount_path = "/a"'),
        ...pvc('name = "c"', 'mount_path = "/cache/"'),
        ...pvc('name = "nowhere"'),
        ...pvc('name = "d"', 'mount_path = "/builds"'),
        ...pvc('name = "maven"', 'mount_path = "/m2"'),
      ),
    );
    expect(entryOf(imported, 'volumes.pvc')?.says).toMatch(
      /`a-\$B` refers .* A volume at \/cache is .* `nowhere` has no `mount_path`.* A volume at \/builds is/,
    );
    expect(policyOf(imported).pod_template?.['spec']).toEqual({
      volumes: [{ name: 'pvc-4', persistentVolumeClaim: { claimName: 'maven' } }],
      containers: [{ name: 'build', volumeMounts: [{ name: 'pvc-4', mountPath: '/m2' }] }],
    });
  });
});
