import { describe, expect, it } from 'vitest';
import { SystemFailure } from '../../src/outcome/system-failure.ts';
import { readPolicy } from '../../src/policy/read-policy.ts';

const smallest = 'cluster: {namespace: ci}\n';

function read(text: string) {
  return readPolicy({ text, file: 'policy.yaml' });
}

function failureOf(text: string): SystemFailure {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof SystemFailure)) throw error;
    expect(error.code).toBe('policy-invalid');
    return error;
  }
  throw new Error('the policy was read without a mistake');
}

const mistakesOf = (text: string): readonly string[] => failureOf(text).message.split('\n').slice(1);

describe('readPolicy', () => {
  it('fills in what the smallest policy leaves out', () => {
    expect(read(smallest).policy).toMatchInlineSnapshot(`
      {
        "cluster": {
          "namespace": "ci",
        },
        "default_security_context": {
          "fsGroup": 1000,
          "fsGroupChangePolicy": "OnRootMismatch",
          "runAsGroup": 1000,
          "runAsUser": 1000,
        },
        "enforced_security_context": {
          "allowPrivilegeEscalation": false,
          "capabilities": {
            "drop": [
              "ALL",
            ],
          },
          "privileged": false,
          "runAsNonRoot": true,
          "seccompProfile": {
            "type": "RuntimeDefault",
          },
        },
        "hash": "988ec02d737c",
        "image_matching": "gitlab",
        "image_pull_secrets": [],
        "log_limit": 268435456,
        "profiles": {},
        "pull_policy": [],
        "rejection": {
          "exit_code": 1,
        },
        "replacements": [],
        "resources": {
          "build": {
            "limits": {
              "cpu": "2",
              "ephemeral-storage": "10Gi",
              "memory": "4Gi",
            },
            "requests": {
              "cpu": "250m",
              "ephemeral-storage": "1Gi",
              "memory": "512Mi",
            },
          },
          "helper": {
            "limits": {
              "cpu": "1",
              "ephemeral-storage": "5Gi",
              "memory": "1Gi",
            },
            "requests": {
              "cpu": "100m",
              "ephemeral-storage": "256Mi",
              "memory": "128Mi",
            },
          },
          "init": {
            "limits": {
              "cpu": "100m",
              "ephemeral-storage": "16Mi",
              "memory": "32Mi",
            },
            "requests": {
              "cpu": "5m",
              "ephemeral-storage": "16Mi",
              "memory": "16Mi",
            },
          },
          "service": {
            "limits": {
              "cpu": "1",
              "ephemeral-storage": "2Gi",
              "memory": "1Gi",
            },
            "requests": {
              "cpu": "100m",
              "ephemeral-storage": "256Mi",
              "memory": "256Mi",
            },
          },
        },
        "rules": [],
        "service_readiness": {
          "timeout": 30,
        },
        "service_workspace": "none",
        "timeouts": {
          "ready": 600,
          "reconnect": 300,
          "stop_grace": 10,
        },
        "user_database": "generated",
        "user_namespaces": {
          "mode": "required",
        },
      }
    `);
  });

  it('reads a policy with every key', () => {
    const { policy, notes } = read(`
cluster: {namespace: ci, kubeconfig: /etc/kube, context: prod}
default_image: debian:12
helper_image: registry.example.org/helper:1
allowed_images: ["python:*", {pattern: "node:*", because: "Mirrored."}]
allowed_services: ["postgres:*"]
pull_policy: always
allowed_pull_policies: [always, if-not-present]
image_matching: canonical
rules:
  - when: {projects: ["group/**"], project_ids: [7], namespace_ids: [8], protected_ref: true}
    allowed_images: ["kaniko:*"]
    allowed_services: ["dind:*"]
    allowed_pull_policies: [never]
replacements: [{pattern: "ruby:*", use: "registry.example.org/ruby:3", because: "Ours."}]
allowed_users: [0, 65535]
allowed_groups: []
rejection: {help_url: "https://help.example.org/{kind}", message: "No {image}.", contact: "Ask.", exit_code: 42}
default_security_context: {runAsUser: 5}
enforced_security_context: {}
log_limit: 64Mi
user_namespaces: {mode: vm, runtime_classes: [kata]}
resources: {build: {limits: {memory: 8Gi}}}
pod_template: {metadata: {labels: {team: ci}}}
timeouts: {ready: 1h2m3s, reconnect: 90, stop_grace: 5s}
service_readiness: {timeout: 0}
service_workspace: read-only
image_pull_secrets: [registry-secret]
`);

    expect(notes).toEqual([]);
    expect(policy).toMatchObject({
      cluster: { namespace: 'ci', kubeconfig: '/etc/kube', context: 'prod' },
      allowed_images: [{ pattern: 'python:*' }, { pattern: 'node:*', because: 'Mirrored.' }],
      pull_policy: ['always'],
      rules: [
        {
          when: { projects: ['group/**'], project_ids: [7], namespace_ids: [8], protected_ref: true },
          allowed_images: [{ pattern: 'kaniko:*' }],
          allowed_services: [{ pattern: 'dind:*' }],
          allowed_pull_policies: ['never'],
        },
      ],
      rejection: { exit_code: 42 },
      default_security_context: { runAsUser: 5 },
      enforced_security_context: {},
      log_limit: 67_108_864,
      user_namespaces: { mode: 'vm', runtime_classes: ['kata'] },
      timeouts: { ready: 3723, reconnect: 90, stop_grace: 5 },
      service_readiness: { timeout: 0 },
      service_workspace: 'read-only',
      image_pull_secrets: ['registry-secret'],
    });
  });

  it('tells policies apart by their bytes', () => {
    const hashes = [smallest, `${smallest}# a comment\n`, smallest].map((text) => read(text).policy.hash);

    expect(hashes[0]).toMatch(/^[0-9a-f]{12}$/);
    expect(hashes[1]).not.toBe(hashes[0]);
    expect(hashes[2]).toBe(hashes[0]);
  });

  it('reports every mistake at once, each with its place and what to do', () => {
    const text = `cluster:
  namspace: ci
  context: 5
allowed_image: []
allowed_images:
  - 'https://registry.example.org/*'
  - pattern: "python:*"
    becuase: x
  - 17
  - "{1..3}"
allowed_services: postgres:*
pull_policy: IfNotPresent
allowed_pull_policies: []
rules:
  - when: {project: [a], projects: ['/x'], protected_ref: yes please}
  - allowed_images: [x]
replacements:
  - pattern: node
    use: 'node 20'
allowed_users: [0, 70000]
rejection:
  help_url: ftp://x
  message: 'hello {imgae} {{ok}}'
  exit_code: 300
default_security_context: 5
log_limit: 5 GB
resources: {build: {limits: {cpu: lots}}}
timeouts: {ready: 5 minutes}
image_pull_secrets: [Foo]
`;

    expect(mistakesOf(text)).toMatchInlineSnapshot(`
      [
        "policy.yaml:2:3: cluster.namespace is missing; write a text",
        "policy.yaml:2:3: cluster.namspace is not a key of a policy; did you mean \`namespace\`? Known here: namespace, kubeconfig, context",
        "policy.yaml:3:12: cluster.context is \`5\`; write a text: put it in quotes",
        "policy.yaml:4:1: allowed_image is not a key of a policy; did you mean \`allowed_images\`? config/policy.yaml explains all of them",
        "policy.yaml:6:5: allowed_images[0] \`https://registry.example.org/*\` starts with \`https://\`, and no image name does. Write \`registry.example.org/*\`",
        "policy.yaml:8:5: allowed_images[1].becuase is not a key of a policy; did you mean \`because\`? Known here: pattern, because",
        "policy.yaml:9:5: allowed_images[2] is \`17\`; write a text or keys with values: put it in quotes",
        "policy.yaml:10:5: allowed_images[3] \`{1..3}\` has \`{1..3}\`, which GitLab reads as plain characters. Write \`{1,2,3}\`",
        "policy.yaml:11:19: allowed_services is a text; write a list",
        "policy.yaml:12:14: pull_policy is \`IfNotPresent\`; write \`if-not-present\`",
        "policy.yaml:13:24: allowed_pull_policies is empty, and then no job could run; leave the key out, or name at least one",
        "policy.yaml:15:12: rules[0].when.project is not a key of a policy; did you mean \`projects\`? Known here: projects, project_ids, namespace_ids, images, protected_ref",
        "policy.yaml:15:37: rules[0].when.projects[0] \`/x\` has nothing before or after a \`/\`, and no project path is so. Write \`x\`",
        "policy.yaml:15:59: rules[0].when.protected_ref is a text; write true or false",
        "policy.yaml:16:5: rules[1].when is missing; write keys with values",
        "policy.yaml:19:10: replacements[0].use is not a valid image name: character 5 is a space",
        "policy.yaml:20:20: allowed_users[1] is 70000; a number from 0 to 65535 is needed",
        "policy.yaml:22:13: rejection.help_url is not a web address; write one that starts with https:// or http://",
        "policy.yaml:23:12: rejection.message has the unknown placeholder \`{imgae}\`; did you mean \`{image}\`? Known are {image}, {kind}, {project}, {job}, {policy}; write {{ for a brace",
        "policy.yaml:24:14: rejection.exit_code is 300; a number from 1 to 255 is needed",
        "policy.yaml:25:27: default_security_context is \`5\`; write keys with values",
        "policy.yaml:26:12: log_limit is not a size in bytes; write one such as 64Mi, 1Gi or 500M",
        "policy.yaml:27:35: resources.build.limits.cpu is not a Kubernetes quantity; write one such as 500m, 2, 512Mi or 10Gi",
        "policy.yaml:28:19: timeouts.ready is not a duration; write one such as 90s, 5m or 1h30m",
        "policy.yaml:29:22: image_pull_secrets[0] is not the name of a Kubernetes object; lower-case letters, digits, \`-\` and \`.\` are allowed",
      ]
    `);
  });

  it('has one end for every duration, in every way to write it, and says which', () => {
    const text = `cluster: {namespace: ci}
timeouts: {ready: 597h, reconnect: 576h1s, stop_grace: 2073601}
service_readiness: {timeout: 3000000h}
`;

    expect(mistakesOf(text)).toEqual([
      'policy.yaml:2:19: timeouts.ready is 597h; write one from 1s to 24h: no pod is ready at once, and no job waits for longer than a day',
      'policy.yaml:2:36: timeouts.reconnect is 576h1s; write one from 0s to 24h: a connection that is lost for a day is lost',
      'policy.yaml:2:56: timeouts.stop_grace is 2073601 s; write one from 0s to 4m: GitLab Runner gives a cancelled job 5 minutes in all',
      'policy.yaml:3:30: service_readiness.timeout is not a duration; write one such as 90s, 5m or 1h30m',
    ]);
  });

  it.each([
    [
      'a rule without a condition',
      'rules: [{when: {}, allowed_images: [x]}]',
      'rules[0].when names no condition',
    ],
    [
      'a rule for nobody',
      'rules: [{when: {projects: []}, allowed_images: [x]}]',
      'the rule would be for no job',
    ],
    ['a rule that adds nothing', 'rules: [{when: {protected_ref: true}}]', 'rules[0] adds nothing'],
    ['vm without RuntimeClasses', 'user_namespaces: vm', 'needs the RuntimeClasses'],
    ['an empty list of RuntimeClasses', 'user_namespaces: {mode: vm}', 'runtime_classes is missing'],
    [
      'RuntimeClasses without vm',
      'user_namespaces: {mode: required, runtime_classes: [a]}',
      'only with mode: vm',
    ],
    [
      'a pull policy that is not allowed',
      'pull_policy: never\nallowed_pull_policies: [always]',
      'add it there',
    ],
    [
      'a request above its limit',
      'resources: {build: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}',
      'resources.build.requests.memory is more than its limit, 1Gi',
    ],
  ])('refuses %s', (_, text, mistake) => {
    expect(mistakesOf(smallest + text).join('\n')).toContain(mistake);
  });

  it.each([
    ['nothing', '', '1:1: the file is empty'],
    ['only comments', '# later\n', '1:1: the file is empty'],
    ['a list', '- a', '1:1: the policy is a list; write keys with values'],
    [
      'a key twice',
      `${smallest}log_limit: 1Gi\nlog_limit: 2Gi\n`,
      '3:1: this key stands here for the second time',
    ],
    ['two documents', `${smallest}---\nx: 1\n`, '2:1: a second document starts here'],
    ['an open bracket', 'cluster: [', '1:11: not valid YAML'],
    ['a tab', 'cluster:\n\tnamespace: ci\n', 'tab'],
    ['a tag', `${smallest}log_limit: !size 5\n`, '2:12: Unresolved tag: !size; tags have no meaning here'],
    ['a merge key', 'cluster: {namespace: ci, <<: {}}', '1:26: cluster.<< is a merge key'],
    ['a prototype', `${smallest}__proto__: {}\n`, '2:1: __proto__ is not a key of a policy'],
    ['deep brackets', '['.repeat(20_000), 'nested too deep'],
    ['a bomb', bomb(), '1:1: anchors (`&name`, `*name`) multiply'],
    ['ten megabytes', 'x'.repeat(10_000_000), 'is it the right file?'],
  ])('refuses a file with %s in one clear line', (_, text, mistake) => {
    const [first = '', ...others] = mistakesOf(text);

    expect(first).toContain(mistake);
    expect(others.length).toBeLessThan(3);
  });

  it('shows the first mistakes of very many, and their number', () => {
    const mistakes = mistakesOf(`${smallest}allowed_images: [${'"a b", '.repeat(1000)}]`);

    expect(mistakes).toHaveLength(41);
    expect(mistakes.at(-1)).toBe('and 960 more.');
  });

  it('keeps control characters of a value out of its messages', () => {
    expect(mistakesOf(`${smallest}"a\\e[31mb": 1\n`)[0]).toBe(
      'policy.yaml:2:1: a?[31mb is not a key of a policy. config/policy.yaml explains all of them',
    );
  });

  it('reads a file with a byte order mark, CRLF, comments and anchors', () => {
    const { policy } = read(
      '\uFEFFcluster: {namespace: ci} # here\r\nallowed_images: &a [x]\r\nallowed_services: *a\r\n',
    );

    expect(policy.allowed_services).toEqual([{ pattern: 'x' }]);
  });

  it('says that an empty list is not what it is to GitLab', () => {
    const { notes } = read(`${smallest}allowed_images: []\nallowed_services: []\n`);

    expect(notes).toEqual([
      'policy.yaml:2:17: allowed_images is empty, which allows no image (there is no default_image either). GitLab reads an empty list as "all"; leave the key out to mean that',
      'policy.yaml:3:19: allowed_services is empty, which allows no service. GitLab reads an empty list as "all"; leave the key out to mean that',
    ]);
  });

  it('says that a rule cannot add to a list that is not there', () => {
    const { notes } = read(`${smallest}rules: [{when: {protected_ref: true}, allowed_images: [x]}]\n`);

    expect(notes).toEqual([
      'policy.yaml:2:55: rules[0].allowed_images adds to allowed_images, which is absent and so allows everything already',
    ]);
  });

  it('keeps every mistake with its place, also those that the message only counts', () => {
    const failure = failureOf(`${smallest}allowed_images: [${'"a b", '.repeat(1000)}]`);

    expect(failure.mistakes).toHaveLength(1000);
    expect(failure.mistakes[0]).toEqual({
      file: 'policy.yaml',
      line: 2,
      column: 18,
      message: expect.stringMatching(/^allowed_images\[0\] /) as string,
    });
  });

  it('adds the mistakes that other checks find, at their places', () => {
    const checks = [
      () => [{ path: ['default_security_context', 'runAsUser'], message: 'is not to my liking' }],
      () => [{ path: ['pod_template', 'spec'], message: 'is missing' }],
    ];
    const text = `${smallest}default_security_context:\n  runAsUser: 0\n`;

    expect(() => readPolicy({ text, file: 'p.yaml', checks })).toThrow(
      'The policy has 2 mistakes:\np.yaml:1:1: pod_template.spec is missing\n' +
        'p.yaml:3:14: default_security_context.runAsUser is not to my liking',
    );
  });
});

/** Nine of nine of nine … : 9^6 values from six lines. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 6; level += 1) {
    lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
  }
  return lines.join('\n');
}
