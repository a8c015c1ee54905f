// A real Chromium, without a window, for tests of the help page. Machines without one skip these tests, and say so.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, onTestFinished } from 'vitest';
import { bundleBrowserScript } from '../../scripts/build-help-page.ts';
import { type HelpPageFiles, renderHelpPage } from '../../src/help-page/render-help-page.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { examplePolicy } from '../help-page/example-policy.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasChromium = existsSync(executablePath);

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `describe`, where there is a Chromium. */
export const describeInChromium = hasChromium ? describe : skipAloud;

function skipAloud(name: string): void {
  const reason = `there is no Chromium at ${executablePath} (apt-get install chromium, or set CHROMIUM)`;
  console.warn(`Skipped, because ${reason}: ${name}`);
  describe.skip(name, () => undefined);
}

export interface Workshop {
  readonly browser: Browser;
  /** The page's files for a policy. */
  readonly render: (policy?: Policy, options?: { readonly includeRules?: boolean }) => HelpPageFiles;
  readonly close: () => Promise<void>;
}

export async function openWorkshop(): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'help-page-script-'));
  await bundleBrowserScript(join(folder, 'help-page.js'));
  const browserScript = await readFile(join(folder, 'help-page.js'), 'utf8');
  const stylesheet = await readFile(join(folder, 'help-page.css'), 'utf8');
  await rm(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args });
  const now = new Date('2026-11-21T09:30:00Z');
  return {
    browser,
    render: (policy = examplePolicy(), { includeRules = false } = {}) =>
      renderHelpPage({ policy, includeRules, now, source: 'policy.yaml', browserScript, stylesheet }),
    close: () => browser.close(),
  };
}

/** The page in a folder of its own, as an address of that folder. */
export async function saveFiles(files: HelpPageFiles): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'help-page-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return pathToFileURL(join(folder, 'index.html')).href;
}

export interface Visit {
  readonly page: Page;
  /** Console errors, script errors, policy violations and requests beyond the page's own folder: none is fine. */
  readonly complaints: readonly string[];
}

export interface Reader extends BrowserContextOptions {
  /** What follows `index.html`. */
  readonly fragment?: string;
}

/** Opens an address as a reader would, and notes all that goes wrong. */
export async function visit(browser: Browser, address: string, reader: Reader = {}): Promise<Visit> {
  const { fragment = '', ...options } = reader;
  const context = await browser.newContext(options);
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL('.', address).href)) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(address + fragment);
  return { page, complaints };
}
