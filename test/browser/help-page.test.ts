import { afterAll, beforeAll, expect, it } from 'vitest';
import { examplePolicy } from '../help-page/example-policy.ts';
import {
  describeInChromium,
  openWorkshop,
  type Reader,
  saveFiles,
  type Visit,
  visit,
  type Workshop,
} from './chromium.ts';

describeInChromium('the help page in a browser, from a folder', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  it('the help page checks what the address names', async () => {
    const { page, complaints } = await open({ fragment: '#image=python&kind=image' });
    expect(await page.locator('#name').inputValue()).toBe('python');
    expect(await page.locator('#verdict').ariaSnapshot()).toBe(
      [
        '- heading "Not allowed as an image" [level=3]',
        '- paragraph:',
        '  - code: python',
        '  - text: in full',
        '  - code: docker.io/library/python:latest',
        '- paragraph:',
        '  - code: python',
        '  - text: has no tag, and',
        '  - code: python:*',
        '  - text: needs one.',
        '- paragraph:',
        '  - text: Write the tag too, for example',
        '  - code: python:latest',
        '  - text: .',
        '  - button "Copy python:latest"',
        '  - status',
        '- paragraph: Some projects may use more than this page lists; the log of a refused job has the full answer.',
        '- paragraph:',
        '  - link "How to ask for it":',
        '    - /url: "#ask"',
      ].join('\n'),
    );
    expect(complaints).toEqual([]);
  });

  it('the help page checks again when the address changes', async () => {
    const { page } = await open({ fragment: '#image=python&kind=image' });
    await page.evaluate("location.hash = '#image=redis:7&kind=service'");
    await page.getByRole('heading', { name: 'Allowed as a service', exact: true }).waitFor();
    expect(await page.locator('#name').inputValue()).toBe('redis:7');
    expect(await page.getByLabel('services:').isChecked()).toBe(true);
  });

  it('the help page keeps its verdict when the reader follows a link within the page', async () => {
    const { page } = await open({ fragment: '#image=golang&kind=image' });
    await page.getByRole('link', { name: 'How to ask for it' }).click();
    expect(await page.locator('#request').inputValue()).toContain('allow this image for CI jobs: golang\n');
    expect(await page.getByRole('heading', { name: 'Not allowed as an image' }).count()).toBe(1);
  });

  it('the help page checks while somebody types, announces it, and keeps it in the address', async () => {
    const { page, complaints } = await open();
    await page.getByLabel('Name of the image').pressSequentially('image: "debian:bookworm"');
    await page.getByRole('heading', { name: 'Allowed as an image', exact: true }).waitFor();
    await page.getByText('Allowed as an image: debian:bookworm.').waitFor({ state: 'attached' });
    expect(page.url()).toMatch(/#image=debian:bookworm&kind=image$/);
    expect(complaints).toEqual([]);
  });

  it('the help page takes the verdict away with the name', async () => {
    const { page } = await open({ fragment: '#image=golang&kind=image' });
    await page.getByLabel('Name of the image').fill('');
    await page.locator('.verdict').waitFor({ state: 'detached' });
    expect(await page.locator('#request').inputValue()).toContain('for CI jobs: \n');
  });

  it('the help page is used with a keyboard alone', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('redis:7');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Not allowed as an image' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Allowed as a service' }).waitFor();
  });

  it('the help page shows where the keyboard is, on everything that can be reached', async () => {
    const { page } = await open({ fragment: '#image=python&kind=image' });
    const reached: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const name = await focused(page);
      if (name === '' || reached.includes(name)) break;
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), name).toBe(
        'solid',
      );
      reached.push(name);
    }
    expect(reached).toContain('Copy python:latest');
    expect(reached.length).toBeGreaterThan(12);
  });

  it('the help page warns of a page that is not of the policy that decided about the job', async () => {
    const { page } = await open({ fragment: '#image=python&kind=image&policy=000000000000' });
    expect(await page.locator('.warning').textContent()).toContain('another policy');
    const same = await open({ fragment: '#image=python&kind=image&policy=3fa9c1d2e4b7' });
    expect(await same.page.locator('.warning').count()).toBe(0);
  });

  it('the help page fills the name into the operators’ words and links', async () => {
    const contact = 'Ask for {image}: https://gitlab.example.org/new?title={image}&kind={kind}';
    const policy = examplePolicy({ rejection: { contact, exit_code: 1 } });
    const { page } = await open({ fragment: '#image=golang:1.22&kind=image' }, policy);
    const link = page.locator('#contact a');
    expect(await link.getAttribute('href')).toBe(
      'https://gitlab.example.org/new?title=golang%3A1.22&kind=image',
    );
    expect(await page.locator('#contact').textContent()).toContain('Ask for golang:1.22: ');
  });

  it('the help page copies a name and the request', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page } = await open({ fragment: '#image=python&kind=image', permissions });
    await page.getByRole('button', { name: 'Copy python:latest' }).click();
    await page.locator('#verdict').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('python:latest');
    await page.getByRole('button', { name: 'Copy the request' }).click();
    await page.locator('#copy-result').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('Please allow this image');
  });

  it('the help page selects the request where a page may not copy', async () => {
    const { page } = await open();
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.getByRole('button', { name: 'Copy the request' }).click();
    await page.getByText('Ctrl+C').waitFor();
    expect(await page.evaluate('String(getSelection())')).toContain('Please allow this image');
  });

  it('the help page says for whom a rule allows a name, where rules are published', async () => {
    const files = workshop.render(examplePolicy(), { includeRules: true });
    const fragment = '#image=gcr.io/kaniko-project/executor:v1&kind=image';
    const { page } = await visit(workshop.browser, await saveFiles(files), { fragment });
    expect(await page.locator('.verdict.partly').textContent()).toContain('only in projects secret-team/*');
  });

  async function open(reader: Reader = {}, policy = examplePolicy()): Promise<Visit> {
    return visit(workshop.browser, await saveFiles(workshop.render(policy)), reader);
  }
});

async function focused(page: Visit['page']): Promise<string> {
  const name =
    "document.activeElement === document.body ? '' : (document.activeElement.id || document.activeElement.textContent)";
  return page.evaluate<string>(name);
}
