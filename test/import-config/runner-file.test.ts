import { expect, it } from 'vitest';
import { runnerFile } from '../../src/import-config/runner-file.ts';
import { readToml } from '../../src/import-config/toml/read-toml.ts';

const text = `concurrent = 4 # of them
[session_server]
  session_timeout = 1
[[runners]]
  name = "other"
[[runners]]
  name = "it"
  executor = "kubernetes"
  builds_dir = "/x"
  environment = [
    "A=1",
  ]
  [runners.cache]
    Type = "s3"
    [runners.cache.s3]
      BucketName = "b"
  [runners.kubernetes]
    image = "a"
`;

it('runnerFile copies the lines that stay, of the one runner, and is TOML that GitLab Runner reads', () => {
  const parsed = readToml(text);
  if ('mistakes' in parsed) throw new Error('unreadable');
  const made = runnerFile({
    source: parsed.source,
    index: 1,
    executable: '/opt/e "x"',
    policyFile: '/etc/p.yaml',
    readySeconds: 600,
  });
  const read = readToml(made);
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));

  expect(read.source.value).toMatchObject({
    concurrent: 4,
    shutdown_timeout: 150,
    runners: [
      {
        name: 'it',
        executor: 'custom',
        shell: 'bash',
        environment: ['A=1'],
        cache: { Type: 's3', s3: { BucketName: 'b' } },
        custom_build_dir: { enabled: false },
        custom: {
          run_exec: '/opt/e "x"',
          prepare_exec_timeout: 900,
          prepare_args: ['prepare', '--policy', '/etc/p.yaml'],
        },
      },
    ],
  });
  expect(made).not.toMatch(/session_timeout|other|builds_dir|runners\.kubernetes/);
});
