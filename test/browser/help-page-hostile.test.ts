import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Policy } from '../../src/policy/policy.ts';
import { examplePolicy } from '../help-page/example-policy.ts';
import { describeInChromium, openWorkshop, saveFiles, type Visit, visit, type Workshop } from './chromium.ts';

const attack = `</script></style><!-- "'><img src=x onerror="window.taken=1"><script>window.taken=1</script>\u2028{{`;

describeInChromium('the help page among hostile words', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  it.each([
    ['markup', attack],
    ['a script address', 'javascript:alert(1)'],
    ['a way out of an attribute', '"><svg onload=window.taken=1>'],
    ['a way out of our marks', '`</code><img src=x onerror=window.taken=1>`'],
    ['a key of every object', '__proto__'],
    ['control characters', '\u0000\u202egnp.exe\u2066'],
    ['half an escape', '%'],
    ['much of it', '<'.repeat(5000)],
  ])('the help page takes a name in the address for a name and nothing else: %s', async (_, name) => {
    const { page, complaints } = await open(examplePolicy(), `#image=${encodeURIComponent(name)}&kind=image`);
    await page.locator('.verdict.rejected').waitFor();
    expect(await harm(page)).toEqual({ taken: false, scripts: 2, images: 0, handlers: 0 });
    expect(await page.locator('#request').inputValue()).not.toContain('<');
    expect(complaints).toEqual([]);
  });

  it.each([
    '#%E0%A4%A',
    '#image',
    '#image=%',
    '#=image',
    '#image=a&kind=__proto__',
    '#&&&===',
    '#image=image=image=',
  ])('the help page stands the address %j', async (fragment) => {
    const { page, complaints } = await open(examplePolicy(), fragment);
    await page.getByLabel('Name of the image').fill('python:3');
    await page.locator('.verdict.allowed').waitFor();
    expect(complaints).toEqual([]);
  });

  it('the help page answers a name of a million characters, and shows a little of it', async () => {
    const { page, complaints } = await open(examplePolicy(), `#image=${'a/'.repeat(500_000)}&kind=image`);
    await page.locator('.verdict.rejected').waitFor();
    expect((await page.locator('#verdict').textContent())?.length).toBeLessThan(2000);
    expect(complaints).toEqual([]);
  });

  it('the help page shows no character that would turn the line around', async () => {
    const { page } = await open(examplePolicy(), '#image=a%E2%80%AEb%00c&kind=image');
    expect(await page.locator('.asked code').textContent()).toBe('a?b?c');
  });

  it('the help page shows what the policy says as words', async () => {
    const entry = { pattern: attack, because: attack };
    const policy = examplePolicy({
      default_image: attack,
      allowed_images: [entry, { pattern: 'python:*', because: attack }],
      allowed_services: [entry],
      replacements: [{ pattern: 'node:*', use: attack, because: attack }],
      rules: [{ when: { projects: [attack] }, allowed_images: [{ pattern: 'ruby:*', because: attack }] }],
      rejection: {
        message: attack,
        contact: `${attack} javascript:window.taken=1 data:text/html,x`,
        exit_code: 1,
      },
      hash: attack,
    });
    const { page, complaints } = await open(policy, '#image=python:3&kind=image');
    for (const name of ['node:20', 'ruby:3', 'golang', 'python:3']) {
      await page.getByLabel('Name of the image').fill(name);
      await page.getByRole('button', { name: 'Check', exact: true }).click();
      expect(await harm(page), name).toEqual({ taken: false, scripts: 2, images: 0, handlers: 0 });
    }
    expect(await page.locator('.verdict').textContent()).toContain('<img src=x onerror="window.taken=1">');
    const hrefs = await page.evaluate<string[]>(
      "[...document.links].map((link) => link.getAttribute('href'))",
    );
    expect(hrefs.filter((href) => !href.startsWith('#'))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the help page keeps a browser from running what somebody gets into the page all the same', async () => {
    const files = workshop.render();
    const broken = files['index.html'].replace(
      '</main>',
      `<img src=x onerror="window.taken=1"><script>window.taken=1</script></main>`,
    );
    const { page } = await visit(workshop.browser, await saveFiles({ ...files, 'index.html': broken }));
    expect(await page.evaluate('window.taken === 1')).toBe(false);
    const turned =
      "(() => { try { document.body.innerHTML = '<b>'; return 'markup'; } catch { return 'refused'; } })()";
    expect(await page.evaluate(turned)).toBe('refused');
  });

  async function open(policy: Policy, fragment: string): Promise<Visit> {
    const files = workshop.render(policy, { includeRules: true });
    return visit(workshop.browser, await saveFiles(files), { fragment });
  }
});

async function harm(page: Visit['page']): Promise<unknown> {
  return page.evaluate(`({
    taken: 'taken' in window,
    scripts: document.scripts.length,
    images: document.images.length,
    handlers: [...document.querySelectorAll('*')].filter((element) =>
      [...element.attributes].some(({ name }) => name.startsWith('on'))).length,
  })`);
}
