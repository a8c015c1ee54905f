import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
const files = ['help-page.css', 'help-page.js', 'help-page.svg', 'index.html'];
const policyText = `cluster: { namespace: ci }
allowed_images: [{ pattern: "python:*", because: Ours. }]
rules: [{ when: { projects: [secret/project] }, allowed_images: ["ruby:*"] }]
`;

describe('help-page', () => {
  let dist: string;
  let folder: string;
  let policy: string;
  let out: string;

  beforeAll(async () => {
    dist = join(await mkdtemp(join(tmpdir(), 'help-page-dist-')), 'dist');
    await run(process.execPath, ['scripts/build.ts', '--out', dist]);
  });
  afterAll(() => rm(join(dist, '..'), { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'help-page-'));
    policy = join(folder, 'policy.yaml');
    out = join(folder, 'made/images');
    await writeFile(policy, policyText);
    return () => rm(folder, { recursive: true, force: true });
  });

  it('makes the page, and the folders on the way to it', async () => {
    const made = await helpPage('--policy', policy, '--out', out);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toContain(`Made ${out}/index.html from ${policy}, policy `);
    expect(made.stdout).toContain('No rejection links to it yet: set rejection.help_url');
    expect(await readdir(out)).toEqual(files);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('python:*');
    expect(page).not.toContain('secret');
  });

  it('lists rules only when asked', async () => {
    await helpPage('--policy', policy, '--out', out, '--include-rules');
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('secret/project');
  });

  it('says the same as JSON', async () => {
    const { stdout } = await helpPage('--policy', policy, '--out', out, '--json');
    expect(JSON.parse(stdout)).toEqual({
      folder: out,
      files: ['index.html', 'help-page.js', 'help-page.css', 'help-page.svg'],
      policy: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      madeAt: expect.stringMatching(/^\d{4}-/) as string,
      includesRules: false,
    });
  });

  it('replaces a page of its own, and leaves what else is there', async () => {
    await helpPage('--policy', policy, '--out', out);
    await writeFile(join(out, 'robots.txt'), 'mine');
    await writeFile(policy, policyText.replace('python', 'golang'));
    expect(await helpPage('--policy', policy, '--out', out)).toMatchObject({ code: 0 });
    expect(await readdir(out)).toEqual([...files, 'robots.txt']);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('golang:*');
  });

  it.each([
    ['another site', { 'index.html': '<h1>Our shop</h1>' }],
    ['other files', { 'holiday.jpg': '', 'notes.txt': '' }],
  ])('leaves a folder with %s alone', async (_, contents) => {
    await mkdir(out, { recursive: true });
    for (const [name, text] of Object.entries(contents)) await writeFile(join(out, name), text);
    const refused = await helpPage('--policy', policy, '--out', out);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('Nothing was changed. Give an empty or a new folder with --out.');
    expect(await readdir(out)).toEqual(Object.keys(contents));
  });

  it('does not write through a link in its folder', async () => {
    await helpPage('--policy', policy, '--out', out);
    const target = join(folder, 'target');
    await writeFile(target, 'precious');
    await rm(join(out, 'help-page.js'));
    await symlink(target, join(out, 'help-page.js'));
    expect(await helpPage('--policy', policy, '--out', out)).toMatchObject({ code: 0 });
    expect(await readFile(target, 'utf8')).toBe('precious');
  });

  it('keeps the old page when the policy has mistakes', async () => {
    await helpPage('--policy', policy, '--out', out);
    const before = await readFile(join(out, 'index.html'), 'utf8');
    await writeFile(policy, 'cluster: { namespace: ci }\nallowed_image: []\n');
    const failed = await helpPage('--policy', policy, '--out', out);
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(failed.stderr).toContain(`${policy}:2:1`);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toBe(before);
  });

  it.each([
    [[], 'help-page needs --out DIR'],
    [['--out'], 'help-page does not understand its arguments'],
    [['--out', 'x', '--colour'], "Unknown option '--colour'"],
    [['--out', '/dev/null'], 'Cannot write the help page to /dev/null'],
    [['--out', '/dev/null/page'], 'Cannot write the help page to /dev/null/page'],
  ])('says what is wrong with %j', async (args, words) => {
    const failed = await helpPage('--policy', policy, ...args);
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(failed.stderr).toContain(words);
  });

  it('says what to do when the installation lacks its script', async () => {
    const script = join(dist, 'lib/help-page.js');
    const text = await readFile(script);
    await rm(script);
    const failed = await helpPage('--policy', policy, '--out', out);
    await writeFile(script, text);
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(failed.stderr).toContain('Run `npm run build`, or copy all of dist/');
  });

  it('prints a component whose job reports what would be rejected, and says so in its log', async () => {
    const template = await helpPage('--policy', policy, '--ci-template', 'python:3');
    expect(template).toMatchObject({ code: 0, stderr: '' });
    const project = join(folder, 'project');
    await mkdir(join(project, '.git'), { recursive: true });
    const ciFile = `include: [{component: $CI_SERVER_FQDN/ci/policy/check-images@main}]
good: {image: "python:3"}
bad:
  image: "golang:1"
idle: {script: "true"}
known: {image: $CI_REGISTRY_IMAGE}
other: {image: "python:$CI_JOB_ID"}
`;
    await writeFile(join(project, '.gitlab-ci.yml'), ciFile);
    const job = await runScript(template.stdout, project);
    expect(job.code).toBe(1);
    expect(job.stdout).toContain('1 allowed, 3 rejected, 1 not resolved.');
    expect(job.stdout).toContain('\u001b[31');
    expect(job.stdout).not.toContain('check-images');
    const report = await readFile(join(project, 'gl-code-quality-report.json'), 'utf8');
    const findings = JSON.parse(report) as readonly { location: object; severity: string }[];
    expect(findings.map(({ location }) => location)).toEqual([
      { path: '.gitlab-ci.yml', lines: { begin: 4 } },
      { path: '.gitlab-ci.yml', lines: { begin: 6 } },
      { path: '.gitlab-ci.yml', lines: { begin: 5 } },
    ]);

    await writeFile(join(project, '.gitlab-ci.yml'), 'good: {image: "python:3"}\n');
    expect(await runScript(template.stdout, project)).toMatchObject({ code: 0 });
    expect(await readFile(join(project, 'gl-code-quality-report.json'), 'utf8')).toBe('[]\n');
    await writeFile(join(project, '.gitlab-ci.yml'), 'good: [\n');
    expect((await runScript(template.stdout, project)).stderr).toContain('.gitlab-ci.yml:2:1: ');
  });

  it('warns of a component whose own image the policy does not allow', async () => {
    const { code, stdout, stderr } = await helpPage('--policy', policy, '--ci-template', 'executor:1');
    expect(code).toBe(0);
    expect(stdout).toContain('check-images:');
    expect(stderr).toContain('Warning: this policy does not allow executor:1 for every project');
  });

  /** The component's script as a runner has a shell run it: one line after the other, until one fails. */
  async function runScript(
    template: string,
    project: string,
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const [, jobs] = parseAllDocuments(template).map((document) => document.toJS() as unknown);
    const { script } = (jobs as { readonly 'check-images': { readonly script: readonly string[] } })[
      'check-images'
    ];
    const text = script.join('\n').replaceAll('$[[ inputs.file ]]', '.gitlab-ci.yml');
    const ownText = text.replaceAll('/tmp/runner-policy.yaml', join(folder, 'runner-policy.yaml'));
    const known = {
      CI_REGISTRY_IMAGE: 'registry.example.org/group/project',
      CI_JOB_ID: '7',
      FORCE_COLOR: '1',
    };
    const env = { ...process.env, NO_COLOR: '', ...known, PATH: `${dist}:${process.env['PATH'] ?? ''}` };
    return settle(run('sh', ['-e', '-c', ownText], { cwd: project, env }));
  }

  it('explains itself', async () => {
    const { code, stdout } = await helpPage('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('gitlab-pod-executor help-page --out DIR');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  async function helpPage(
    ...args: readonly string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    return settle(run(join(dist, 'gitlab-pod-executor'), ['help-page', ...args]));
  }
});

async function settle(
  running: Promise<{ stdout: string; stderr: string }>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await running) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
