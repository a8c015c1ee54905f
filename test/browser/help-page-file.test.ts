// A whole .gitlab-ci.yml on the help page: pasted, opened, dropped; with everything that may be wrong with one.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplePolicy, withoutKeys } from '../help-page/example-policy.ts';
import { describeInChromium, openWorkshop, saveFiles, type Visit, visit, type Workshop } from './chromium.ts';

const realistic = `include:
  - project: platform/templates
    file: security.yml
default:
  image: python:3.12
  services: [postgres:16]
variables:
  NODE: "20"
.node: &node
  image: node:$NODE
lint:
  extends: .node
  script: npm test
unit:
  image: python:\${PYTHON}
  parallel:
    matrix:
      - PYTHON: ["3.11", "3.12"]
integration:
  image: golang:1.22
  services: [{ name: "redis:7", alias: cache }, "mysql:8"]
package:
  image: $CI_REGISTRY_IMAGE/builder:1
docs:
  image: debian
`;

/** What it is, the text, and what is said about it. */
const wrongFiles: readonly (readonly [string, string, string])[] = [
  ['a bracket that stays open', 'a:\n  image: [\n', 'line 3, column 1'],
  ['a tab', 'a:\n\timage: x\n', 'line 2, column 1'],
  ['a list', '- a\n', 'line 1, column 1: this is no CI file'],
  ['brackets without end', `a: ${'['.repeat(5000)}`, 'nested too deep'],
  ['a huge paste', 'a: {image: x}\n'.repeat(37_500), 'up to here it could be read'],
  [
    'anchors that multiply',
    `${Array.from({ length: 300 }, (_, n) => `.t${n}: &t${n} {k${n}: x}`).join('\n')}\n.all: &all {<<: [${Array.from({ length: 300 }, (_, n) => `*t${n}`).join(',')}]}\n${Array.from({ length: 3000 }, (_, n) => `j${n}: {<<: *all}`).join('\n')}`,
    'takes too long',
  ],
];

describeInChromium('a whole file on the help page', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  it('the help page answers for each name of a file: where, why not, and what to do', async () => {
    const { page, complaints } = await open();
    await check(page, realistic);
    expect(await page.locator('#file-result h3').textContent()).toBe('Some jobs would be refused');
    expect(await page.locator('#file-result .asked').textContent()).toBe(
      '4 allowed, 4 not allowed, 2 not checked.',
    );
    const entries = page.locator('#file-result > .verdict > .entries > .entry');
    const heads = await page.evaluate(
      "[...document.querySelectorAll('#file-result > .verdict > .entries > .entry')].map(({ children }) => [...children].slice(0, 2).map(({ textContent }) => textContent))",
    );
    expect(heads).toEqual([
      ['node:20', 'line 10, column 10 of lint'],
      ['golang:1.22', 'line 20, column 10 of integration'],
      ['mysql:8 (service)', 'line 21, column 49 of integration'],
      ['debian', 'line 25, column 10 of docs'],
    ]);
    const advice = await entries.allTextContents();
    expect(advice[0]).toContain('Use docker-registry.example.org/node20 instead.');
    expect(advice[3]).toContain('debian:latest');
    const remarks = await page.locator('#file-result .remark').allTextContents();
    expect(remarks.map((text) => /^line \d+/.exec(text)?.[0])).toEqual(['line 2', 'line 23']);
    expect(await page.locator('#file-result').textContent()).toContain(
      'Build › Pipeline editor › Full configuration',
    );
    await page.getByText('The first is node:20, line 10.').waitFor({ state: 'attached' });
    expect(page.url()).not.toContain('golang');
    expect(complaints).toEqual([]);
  });

  it('the help page goes to the line, and fills the name into the request', async () => {
    const { page } = await open(examplePolicy(), '#check-file');
    expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
    await check(page, realistic);
    await page.getByRole('button', { name: 'line 20, column 10' }).click();
    const selected =
      'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)';
    expect(await page.evaluate(selected)).toBe('golang:1.22');
    await page.getByRole('link', { name: 'How to ask for it' }).nth(1).click();
    expect(await page.locator('#request').inputValue()).toContain('allow this service for CI jobs: mysql:8');
    await page.getByRole('link', { name: 'How to ask for all 3 of them' }).click();
    expect(await page.locator('#request').inputValue()).toContain(
      ':\n- image golang:1.22\n- service mysql:8\n- image debian\n',
    );
  });

  it('the help page checks a name with the value that a reader gives its variable', async () => {
    const { page } = await open();
    await check(page, realistic);
    await page.getByLabel('$CI_REGISTRY_IMAGE').fill('registry.gitlab.com/gitlab-org/tools');
    await page.getByText('5 allowed, 4 not allowed, 1 not checked.').first().waitFor();
    expect(await page.getByLabel('$CI_REGISTRY_IMAGE').isVisible()).toBe(true);
  });

  it('the help page refuses jobs without an image where the runner has none, and names the default where it has', async () => {
    const policy = withoutKeys(examplePolicy(), 'default_image');
    const { page } = await open(policy);
    expect(await page.locator('#file-variables').isVisible()).toBe(false);
    await check(page, 'build:\n  script: make\ntest:\n  script: make test\n');
    expect(await page.locator('#file-result .entry').textContent()).toMatch(
      /^No imageline 1, column 1 of build, line 3, column 1 of testThe job has no image:, and this runner has no default/,
    );
    const other = await open();
    await check(other.page, 'build:\n  script: make\n');
    expect(await other.page.locator('.verdict.allowed').textContent()).toContain(
      String(examplePolicy().default_image),
    );
  });

  it('the help page takes a file that is pasted where a name goes, opened, or dropped', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await visit(workshop.browser, await saveFiles(workshop.render()), { permissions });
    await page.evaluate("navigator.clipboard.writeText('a:\\n  image: golang:1\\n')");
    await page.getByLabel('Name of the image').focus();
    await page.keyboard.press('Control+V');
    await page.locator('#file-result').getByText('golang:1').waitFor();
    expect(await page.locator('#name').inputValue()).toBe('');
    const buffer = Buffer.from('a:\n  image: golang:2\n');
    await page.getByLabel('Open a file').setInputFiles({ name: 'x.yml', mimeType: 'text/yaml', buffer });
    await page.locator('#file-result').getByText('golang:2').waitFor();
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a:\\n  image: golang:3\\n'], 'x.yml'));
      document.getElementById('file-text').dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }`);
    await page.locator('#file-result').getByText('golang:3').waitFor();
    await page.getByLabel('.gitlab-ci.yml').fill('');
    await page.locator('#file-result .verdict').waitFor({ state: 'detached' });
  });

  it('the help page says at which line a file is wrong, and goes on', async () => {
    const { page, complaints } = await open();
    for (const [what, text, words] of wrongFiles) {
      await check(page, text);
      expect(await page.locator('#file-result').textContent(), what).toContain(words);
    }
    await check(page, 'a:\n  image: python:3\n');
    expect(await page.locator('#file-result h3').textContent()).toBe('Every name is allowed');
    expect(complaints).toEqual([]);
  });

  it('the help page finds jobs without an image also where every image is allowed', async () => {
    const { page, complaints } = await open(
      withoutKeys(examplePolicy(), 'default_image', 'allowed_images', 'allowed_services'),
    );
    expect(await page.getByLabel('Name of the image').count()).toBe(0);
    await check(page, 'a: {script: x}\nb: {image: "any:1"}\n');
    expect(await page.locator('#file-result .asked').textContent()).toBe('1 allowed, 1 not allowed.');
    expect(complaints).toEqual([]);
  });

  it('the help page takes all of a file for text', async () => {
    const attack = `</script><img src=x onerror="window.taken=1"><svg onload=window.taken=1>\`'\${{`;
    const quoted = JSON.stringify(attack);
    const { page, complaints } = await open();
    await check(
      page,
      `include: ${quoted}\n${quoted}: {image: ${quoted}, services: [${quoted}]}\n__proto__: {image: __proto__}\nconstructor: {image: $toString, extends: hasOwnProperty}\ndup: {image: x}\ndup: {image: y}\na: {image: "$${attack.replaceAll('"', '')}"}\n`,
    );
    expect(await page.locator('#file-result').textContent()).toContain('<img src=x onerror');
    expect(await page.locator('#file-result').textContent()).toContain('__proto__');
    const harm = "['taken' in window, document.scripts.length, document.images.length]";
    expect(await page.evaluate(harm)).toEqual([false, 2, 0]);
    expect(complaints).toEqual([]);
  });

  async function open(policy = examplePolicy(), fragment = ''): Promise<Visit> {
    const files = workshop.render(policy, { includeRules: true });
    return visit(workshop.browser, await saveFiles(files), { fragment });
  }
});

/** Asked by keyboard, as the button does it. */
async function check(page: Visit['page'], text: string): Promise<void> {
  await page.evaluate("document.getElementById('file-result').replaceChildren()");
  const area = page.getByLabel('.gitlab-ci.yml');
  // At once, as a paste does; typing fifty thousand lines would be a test of something else.
  await page.evaluate(`document.getElementById('file-text').value = ${JSON.stringify(text)}`);
  await area.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#file-result .verdict').waitFor();
}
