import { describe, expect, it } from 'vitest';
import { helpPageFiles, pageMark, renderHelpPage } from '../../src/help-page/render-help-page.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { examplePolicy, withoutKeys } from './example-policy.ts';

const files = filesOf(examplePolicy());
const page = files['index.html'];

describe('the files', () => {
  it('the files are the ones that the help-page command knows as its own', () => {
    expect(Object.keys(files)).toEqual([...helpPageFiles]);
  });

  it('the files carry script and style as they are handed over', () => {
    expect(files['help-page.js']).toBe('"script";');
    expect(files['help-page.css']).toBe('body {}');
  });

  it('files are linked by their content, so that a browser keeps no old script for a new page', () => {
    const address = /src="(help-page\.js\?[0-9a-f]{12})"/;
    const other = renderHelpPage({ ...inputFor(examplePolicy()), browserScript: '"newer";' })['index.html'];
    expect(address.exec(page)?.[1]).toBeDefined();
    expect(address.exec(other)?.[1]).not.toBe(address.exec(page)?.[1]);
  });
});

describe('the page', () => {
  it('the page says when it was made, and from which policy', () => {
    expect(page).toContain('<time datetime="2026-11-21T09:30:00.000Z">2026-11-21 at 09:30 UTC</time>');
    expect(page).toContain('Made from <code>policy.yaml</code>, policy <code>3fa9c1d2e4b7</code>');
  });

  it.each([
    [{}, 'container images and services'],
    [{ allowed_services: undefined }, 'container images'],
    [{ allowed_images: undefined }, 'services'],
  ])('the page begins with the kinds that are limited: %j', (changes, kinds) => {
    const left = withoutKeys(examplePolicy(), ...Object.keys(changes));

    expect(filesOf(left)['index.html']).toContain(
      `CI jobs run here only with the ${kinds} that this page lists.`,
    );
  });

  it('the page is marked as ours', () => {
    expect(page).toContain(pageMark.markup);
  });

  it('the page is the same for the same input', () => {
    expect(filesOf(examplePolicy())).toEqual(files);
  });

  it('the page forbids all but its own files, and markup from text', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
    expect(policy.replaceAll('&#39;', "'").split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  it('the page has no inline script, style or handler', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
    const scripts = page.match(/<script[^>]*>/g) ?? [];
    expect(scripts).toHaveLength(2);
    expect(scripts.every((tag) => /src=|type="application\/json"/.test(tag))).toBe(true);
  });

  it('the page holds nothing of the policy that is not for everybody', () => {
    expect(page).not.toMatch(/secret/);
  });

  it('the page links only to parts that it has', () => {
    const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('the page has no headings that skip a level', () => {
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const jumps = levels.filter((level, index) => index > 0 && level > (levels[index - 1] ?? 0) + 1);
    expect(jumps).toEqual([]);
  });
});

describe('a policy without lists', () => {
  const unlimited = withoutKeys(examplePolicy(), 'allowed_images', 'allowed_services');
  const open = filesOf(unlimited)['index.html'];

  it('a policy without lists makes a page that says so, with nothing to check or to ask for', () => {
    expect(open).toContain('CI jobs may use any container image here.');
    expect(open).not.toMatch(/id="(check|ask|refused)"/);
  });
});

describe('hostile words in a policy', () => {
  const words = '</script><script>alert(1)</script><!--"\'`\u2028 <img src=x onerror=alert(2)>';
  const entry = { pattern: words, because: words };
  const hostile = filesOf(
    examplePolicy({
      default_image: words,
      helper_image: words,
      allowed_images: [entry],
      allowed_services: [entry, entry],
      replacements: [{ pattern: words, use: words, because: words }],
      rules: [{ when: { projects: [words] }, allowed_images: [entry] }],
      rejection: { message: words, contact: words, exit_code: 1 },
      hash: words,
    }),
    words,
  )['index.html'];

  it('hostile text in a policy stays text', () => {
    expect(hostile).not.toMatch(/<img|<script>|<!--/);
    expect(hostile.match(/<script/g)).toHaveLength(2);
    expect(hostile.match(/<\/script/g)).toHaveLength(2);
  });

  it('hostile text in a policy reaches the script whole', () => {
    const json = /<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(hostile)?.[1] ?? '';
    const data = JSON.parse(json) as { policy: Policy };
    expect(data.policy.allowed_images).toEqual([entry]);
  });
});

it('stands ten thousand patterns', () => {
  const allowed_images = Array.from({ length: 10_000 }, (_, index) => ({
    pattern: `r.example.org/group/image-${index}:*`,
  }));
  const long = filesOf(examplePolicy({ allowed_images }))['index.html'];
  expect(long.match(/<li class="pattern/g)?.length).toBeGreaterThan(10_000);
});

function filesOf(policy: Policy, source = 'policy.yaml') {
  return renderHelpPage({ ...inputFor(policy), source, includeRules: policy.hash !== '3fa9c1d2e4b7' });
}

function inputFor(policy: Policy) {
  const now = new Date('2026-11-21T09:30:00Z');
  return {
    policy,
    now,
    includeRules: false,
    source: 'policy.yaml',
    browserScript: '"script";',
    stylesheet: 'body {}',
  };
}
