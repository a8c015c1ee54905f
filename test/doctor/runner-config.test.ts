import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkRunnerConfig, jobsAtOnceOf } from '../../src/doctor/runner-config.ts';
import { readToml } from '../../src/import-config/toml/read-toml.ts';
import { policyOf } from '../stage/doctor-patient.ts';

const policyFile = '/etc/gitlab-pod-executor/policy.yaml';
const shipped = readFileSync('config/runner.toml', 'utf8');

function look(text: string, policy = policyOf()) {
  const parsed = readToml(text);
  if (!('source' in parsed)) throw new Error('not TOML');
  return checkRunnerConfig({ file: 'config.toml', ...parsed.source, policy, policyFile });
}

describe('jobsAtOnceOf', () => {
  it.each([
    ['', 0],
    ['[[runners]]\nexecutor = "custom"', 1],
    ['concurrent = 10\n[[runners]]\nexecutor = "custom"', 10],
    ['concurrent = 10\n[[runners]]\nexecutor = "custom"\nlimit = 3', 3],
    [
      'concurrent = 10\n[[runners]]\nexecutor = "custom"\nlimit = 3\n[[runners]]\nexecutor = "custom"\nlimit = 4',
      7,
    ],
    ['concurrent = 10\n[[runners]]\nexecutor = "docker"\n[[runners]]\nexecutor = "custom"\nlimit = 40', 10],
  ])('counts what the runners of ours take at once: %j', (text, jobs) => {
    const parsed = readToml(text);

    expect('source' in parsed && jobsAtOnceOf(parsed.source.value)).toBe(jobs);
  });
});

describe('checkRunnerConfig', () => {
  it('finds nothing to say about the shipped config.toml', () => {
    expect(look(shipped)).toMatchObject({
      verdict: 'ok',
      found: 'config.toml fits the policy; runners of ours: 1',
    });
  });

  it.each([
    ['shell = "bash"', 'shell = "pwsh"', 'fail', 'shell is "pwsh"'],
    ['enabled = false', 'enabled = true', 'warn', 'custom_build_dir is enabled'],
    [
      'prepare_exec_timeout = 900',
      'prepare_exec_timeout = 600',
      'warn',
      'prepare_exec_timeout is 600 s, and the policy',
    ],
    [
      'graceful_kill_timeout = 60',
      'graceful_kill_timeout = 10',
      'warn',
      'graceful_kill_timeout is 10 s, and the policy',
    ],
    [
      'graceful_kill_timeout = 60',
      'graceful_kill_timeout = 300',
      'warn',
      'waits 300 s for a cancelled job in all',
    ],
    ['shutdown_timeout = 150', 'shutdown_timeout = 120', 'warn', 'not below shutdown_timeout (120 s)'],
    ['shutdown_timeout = 150', '', 'warn', 'not below shutdown_timeout (30 s)'],
    ['run_exec = ', 'ran_exec = ', 'fail', 'run_exec is missing'],
    [
      'shell = "bash"',
      'environment = ["DOCKER_AUTH_CONFIG={}"]',
      'warn',
      'environment has DOCKER_AUTH_CONFIG',
    ],
    [
      'shell = "bash"',
      'environment = ["FF_POSIXLY_CORRECT_ESCAPES=1"]',
      'fail',
      'FF_POSIXLY_CORRECT_ESCAPES is on',
    ],
    ['executor = "custom"', 'executor = "docker"', 'fail', 'no [[runners]] with executor = "custom"'],
    [
      `"prepare", "--policy", "${policyFile}"`,
      '"prepare", "--policy", "/other.yaml"',
      'warn',
      'prepare_args names the policy /other.yaml',
    ],
  ])('%s as %s: %s', (shippedWords, words, verdict, says) => {
    expect(shipped).toContain(shippedWords);
    const finding = look(shipped.replace(shippedWords, words));
    expect(finding.verdict).toBe(verdict);
    expect(finding.found).toContain(says);
  });

  it('says all at once, each with line and column', () => {
    const { found } = look(
      '[[runners]]\n  executor = "custom"\n  shell = "sh"\n  [runners.custom]\n    config_exec = "x"\n',
    );
    const lines = found.split('\n');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).toMatch(/^config\.toml:\d+:\d+: /);
    expect(lines).toContainEqual(expect.stringMatching(/^config\.toml:3:3: shell is "sh"/));
  });

  it('reads the policy for what fits', () => {
    const policy = policyOf('timeouts: { ready: 20m }');
    expect(look(shipped, policy).found).toContain('timeouts.ready 1200 s');
  });
});
