// The places a page is read in: without JavaScript, from a web server with strict headers, with a list of any length.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import type { HelpPageFiles } from '../../src/help-page/render-help-page.ts';
import { examplePolicy } from '../help-page/example-policy.ts';
import { describeInChromium, openWorkshop, saveFiles, visit, type Workshop } from './chromium.ts';

describeInChromium('the help page', () => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await openWorkshop();
  });
  afterAll(() => workshop.close());

  it('the help page is the list alone where JavaScript is off', async () => {
    const address = await saveFiles(workshop.render());
    const { page, complaints } = await visit(workshop.browser, address, { javaScriptEnabled: false });
    expect(await page.locator('noscript p').isVisible()).toBe(true);
    expect(await page.getByLabel('Name of the image').isVisible()).toBe(false);
    expect(await page.getByText('docker-registry.example.org/releng/**').isVisible()).toBe(true);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('the help page works behind a web server’s own strict policy', async () => {
    const address = await serve(workshop.render());
    const { page, complaints } = await visit(workshop.browser, address, {
      fragment: '#image=python:3&kind=image',
    });
    await page.locator('.verdict.allowed').waitFor();
    expect(complaints).toEqual([]);
  });

  it('the help page gives the verdicts of the executor', async () => {
    const policy = examplePolicy({ image_matching: 'canonical' });
    const evaluate = createEvaluator({ ...policy, rules: [] }, null);
    const { page } = await visit(workshop.browser, await saveFiles(workshop.render(policy)));
    for (const name of names) {
      await page.evaluate(`location.hash = ${JSON.stringify(`#image=${encodeURIComponent(name)}`)}`);
      const tone = evaluate(name, 'image').allowed ? 'allowed' : 'rejected';
      await page.locator(`.verdict.${tone}`, { hasText: name }).waitFor();
    }
  });

  it('the help page checks and searches among ten thousand patterns', async () => {
    const allowed_images = Array.from({ length: 10_000 }, (_, index) => ({
      pattern: `r${index % 50}.example.org/group-${index % 100}/**/tool-${index}:*`,
    }));
    const address = await saveFiles(workshop.render(examplePolicy({ allowed_images })));
    const { page, complaints } = await visit(workshop.browser, address, {
      fragment: '#image=golang&kind=image',
    });
    await page.locator('.verdict.rejected').waitFor();
    await page.getByLabel('Name of the image').fill('r49.example.org/group-99/a/b/tool-9999:1');
    await page.locator('.verdict.allowed').waitFor();
    await page.getByLabel('Search the list').fill('tool-9999');
    await page.getByText('1 pattern', { exact: true }).waitFor();
    expect(await page.getByText('/tool-9999:*').first().isVisible()).toBe(true);
    await page.getByLabel('Search the list').fill('nothing has this');
    await page.getByText('No pattern contains that.').waitFor();
    await page.getByLabel('Search the list').fill('');
    await page.locator('summary', { hasText: 'r49.example.org' }).waitFor();
    expect(complaints).toEqual([]);
  });
});

const names = [
  'python',
  'python:3.12',
  'docker.io/library/python:3.12',
  'docker-registry.example.org/a',
  'docker-registry.example.org/a/b',
  'docker-registry.example.org.evil.test/a',
  'docker-registry.example.org/releng/x/y:1',
  'rustlang/rust:nightly',
  'Debian:12',
  'opensuse/leap',
];

/** A web server that allows what docs/help-page.md tells operators to allow. */
async function serve(files: HelpPageFiles): Promise<string> {
  const types: Record<string, string> = {
    html: 'text/html',
    js: 'text/javascript',
    css: 'text/css',
    svg: 'image/svg+xml',
  };
  const server = createServer(({ url = '' }, response) => {
    const name = new URL(url, 'http://page').pathname.slice(1) as keyof HelpPageFiles;
    response.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-type', types[name.split('.').at(-1) ?? ''] ?? 'text/plain');
    response.end(files[name]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => close(server));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.html`;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
