import axe from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplePolicy } from '../help-page/example-policy.ts';
import { describeInChromium, openWorkshop, saveFiles, type Visit, visit, type Workshop } from './chromium.ts';

/** By the class of their card. */
const verdicts = {
  nothing: '',
  allowed: '#image=python:3.12&kind=image',
  rejected: '#image=python&kind=image&policy=000000000000',
  partly: '#image=gcr.io/kaniko-project/executor:v1&kind=image',
};

/** With a name of each tone, and with what is left open. */
const ciFile = `include: ci/${'deep/'.repeat(40)}a.yml
a: {image: python, services: [redis:7]}
b: {image: $CI_REGISTRY_IMAGE/x}
c: {image: gcr.io/kaniko-project/executor:v1}
c: {script: x}
${'long-'.repeat(60)}: {image: registry.example.org/${'deep/'.repeat(40)}x:1}
`;

describeInChromium('the help page for everybody', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  const schemes = ['light', 'dark'] as const;
  const widths = [320, 1280];
  const looks = schemes.flatMap((colorScheme) => widths.map((width) => ({ colorScheme, width })));

  it.each(looks)(
    'the help page has nothing that axe objects to: $colorScheme, $width pixels',
    async ({ colorScheme, width }) => {
      const { page, complaints } = await open({ colorScheme, viewport: { width, height: 800 } });
      await page.evaluate(
        "document.querySelectorAll('details').forEach((details) => { details.open = true; })",
      );
      for (const [verdict, fragment] of Object.entries(verdicts)) {
        await page.evaluate(`location.hash = '${fragment}'`);
        if (fragment !== '') await page.locator(`.verdict.${verdict}`).waitFor();
        expect(await runAxe(page), verdict).toEqual([]);
        expect(await overflow(page), verdict).toBeLessThanOrEqual(0);
      }
      await page.getByLabel('.gitlab-ci.yml').fill(ciFile);
      await page.getByRole('button', { name: 'Check the file' }).click();
      await page.locator('#file-result .entry').first().waitFor();
      await page.evaluate("document.querySelector('#file-result details').open = true");
      expect(await runAxe(page), 'a file').toEqual([]);
      expect(await overflow(page), 'a file').toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
    },
  );

  it('the help page has nothing that axe objects to in a long list that is searched', async () => {
    const { page } = await open({}, longPolicy());
    await page.getByLabel('Search the list').fill('tool-7');
    await page.getByText('11 patterns').waitFor();
    expect(await runAxe(page)).toEqual([]);
  });

  it.each([
    ['no name', 'Long%20'.repeat(80)],
    ['a long one', `registry.example.org/${'deep/'.repeat(40)}name:1`],
    ['one word', 'x'.repeat(400)],
  ])('the help page has room for what is typed: %s', async (_, name) => {
    const { page } = await open({
      viewport: { width: 320, height: 800 },
      fragment: `#image=${name}&kind=image`,
    });
    await page.locator('.verdict.rejected').waitFor();
    expect(await runAxe(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('the help page can be read with letters of twice the size', async () => {
    const { page } = await open({ viewport: { width: 640, height: 400 }, fragment: verdicts.rejected });
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });

  it('the help page has landmarks and headings to go by', async () => {
    const { page } = await open();
    const landmarks = ['banner', 'navigation', 'main', 'contentinfo', 'complementary'] as const;
    for (const landmark of landmarks) expect(await page.getByRole(landmark).count(), landmark).toBe(1);
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings).toEqual([
      'Check a name',
      'Check a whole file',
      'From the operators',
      'What is allowed',
      'What to use instead',
      'When a name is refused',
      'How to ask for an image',
    ]);
  });

  it('the help page tells a screen reader the answer once typing pauses, not for each letter', async () => {
    const { page } = await open();
    await page.evaluate(`
      window.told = [];
      const status = document.getElementById('announcement');
      new MutationObserver(() => { if (status.textContent !== '') told.push(status.textContent); })
        .observe(status, { childList: true });`);
    // Slow enough that each letter is checked.
    await page.getByLabel('Name of the image').pressSequentially('debian', { delay: 250 });
    await page.getByText('Not allowed as an image: debian.').waitFor({ state: 'attached' });
    const told = await page.evaluate<string[]>('told');
    expect(told.length).toBeLessThan('debian'.length);
    expect(told.at(-1)).toMatch(/^Not allowed as an image: debian\./);
  });

  it('the help page prints the lists, unfolded, and leaves out what paper cannot do', async () => {
    const { page } = await open({}, longPolicy());
    await page.emulateMedia({ media: 'print' });
    for (const role of ['navigation', 'textbox'] as const) {
      const names = await page.getByRole(role, { name: /On this page|Name of the image/ }).count();
      expect(names, role).toBe(0);
    }
    expect(await page.getByText('tools.example.org/tool-99:*').isVisible()).toBe(true);
  });

  async function open(reader: Parameters<typeof visit>[2] = {}, policy = examplePolicy()): Promise<Visit> {
    const files = workshop.render(policy, { includeRules: true });
    return visit(workshop.browser, await saveFiles(files), reader);
  }
});

function longPolicy() {
  const allowed_images = Array.from({ length: 120 }, (_, index) => ({
    pattern: `tools.example.org/tool-${index}:*`,
  }));
  return examplePolicy({ allowed_images });
}

/** Pixels that the page is wider than its window. */
async function overflow(page: Visit['page']): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** What axe finds, each as one line. It may not fetch the style sheet again: the page lets nothing do so. */
async function runAxe(page: Visit['page']): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  return page.evaluate<
    string[]
  >(`axe.run({ runOnly: ${JSON.stringify(tags)}, preload: false }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`);
}
