// The page that a rejection points at: everything in it comes from the policy, and it needs no network and no script to be read.
import { createHash } from 'node:crypto';
import type { Policy } from '../policy/policy.ts';
import { renderCheckBox } from './check-box.ts';
import { renderFileBox } from './file-box.ts';
import { type Html, html, nothing, scriptData } from './html.ts';
import { type PageData, publishPolicy } from './published-policy.ts';
import { renderAdvice, renderReplacements } from './sections/advice-section.ts';
import { renderAllowed } from './sections/allowed-section.ts';
import { renderAsking, renderMessage } from './sections/asking-section.ts';

export interface HelpPageInput {
  readonly policy: Policy;
  readonly includeRules: boolean;
  /** When the page is made; it says so. */
  readonly now: Date;
  /** What the policy is called on the page: its file's name, without the folders. */
  readonly source: string;
  /** Text of the bundled src/help-page/browser/main.ts. */
  readonly browserScript: string;
  readonly stylesheet: string;
}

/** File name → text. */
export type HelpPageFiles = Readonly<Record<HelpPageFile, string>>;
type HelpPageFile = (typeof helpPageFiles)[number];

export const helpPageFiles = ['index.html', 'help-page.js', 'help-page.css', 'help-page.svg'] as const;

/** Stands in every page, so that a folder with our page in it can be told apart from any other. */
export const pageMark = html`<meta name="generator" content="gitlab-pod-executor help-page">`;

/** `'self'` holds for file: addresses too (Chromium 156, Firefox 153). The last two forbid text to become markup in the script. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export function renderHelpPage(input: HelpPageInput): HelpPageFiles {
  const data = publishPolicy(input.policy, input);
  return {
    'index.html': `<!doctype html>\n${renderDocument(input, data).markup}\n`,
    'help-page.js': input.browserScript,
    'help-page.css': input.stylesheet,
    'help-page.svg': icon,
  };
}

function renderDocument(input: HelpPageInput, data: PageData): Html {
  return html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${pageMark}
<title>Images for CI jobs</title>
<link rel="icon" href="help-page.svg">
<link rel="stylesheet" href="${versioned('help-page.css', input.stylesheet)}">
<script src="${versioned('help-page.js', input.browserScript)}" defer></script>
</head>
<body>
<a class="skip screen-only" href="#content">Skip to the content</a>
${renderHeader(data)}
<main id="content">
${isLimited(data) ? renderCheckBox() : nothing}
${mayRefuse(data) ? renderFileBox() : nothing}
${renderMessage(data.policy)}
${renderAllowed(data)}
${renderReplacements(data.policy)}
${isLimited(data) ? html`${renderAdvice(data.policy)}${renderAsking(data.policy)}` : nothing}
</main>
${renderFooter(input)}
${scriptData('page-data', data)}
</body>
</html>`;
}

/** A browser that keeps files must not run an old script on a new page. */
function versioned(file: string, text: string): string {
  return `${file}?${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

function isLimited({ policy }: PageData): boolean {
  return policy.allowed_images !== undefined || policy.allowed_services !== undefined;
}

/** Where every image is allowed, a job that names none may still be refused. */
function mayRefuse(data: PageData): boolean {
  return isLimited(data) || data.policy.default_image === undefined;
}

function renderHeader(data: PageData): Html {
  if (!isLimited(data)) {
    return html`<header><h1>Images for CI jobs</h1>
<p class="lead">CI jobs may use any container image here.</p></header>`;
  }
  return html`<header>
<h1>Images for CI jobs</h1>
<p class="lead">CI jobs run here only with the ${limitedKinds(data)} that this page lists. Check yours below. A job that was refused is refused again when it is retried: change the name, or ask for it.</p>
<nav class="screen-only" aria-label="On this page"><ul class="links">
<li><a class="link" href="#allowed">What is allowed</a></li>
${data.policy.replacements.length > 0 ? html`<li><a class="link" href="#instead">What to use instead</a></li>` : nothing}
<li><a class="link" href="#refused">When a name is refused</a></li>
<li><a class="link" href="#ask">How to ask for an image</a></li>
</ul></nav>
</header>`;
}

function limitedKinds({ policy }: PageData): string {
  const kinds = [
    ...(policy.allowed_images === undefined ? [] : ['container images']),
    ...(policy.allowed_services === undefined ? [] : ['services']),
  ];
  return kinds.join(' and ');
}

function renderFooter({ now, policy, source }: HelpPageInput): Html {
  const instant = now.toISOString();
  return html`<footer>
<p>Made from <code>${source}</code>, policy <code>${policy.hash}</code>, on <time datetime="${instant}">${instant.slice(0, 10)} at ${instant.slice(11, 16)} UTC</time>.</p>
<p>A refusal in a job log names its policy too. If it is not the one above, this page and the runner do not have the same list: please tell the operators.</p>
</footer>`;
}

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2a5db0"/><path d="M9 17l5 5 9-11" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>
`;
