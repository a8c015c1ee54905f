// Makes the page that a rejection links to: policy in, four files out.
import { basename, resolve } from 'node:path';
import { createEvaluator } from '../src/admission/evaluate.ts';
import { renderCiTemplate } from '../src/help-page/ci-template.ts';
import { publishPolicy } from '../src/help-page/published-policy.ts';
import { helpPageFiles, renderHelpPage } from '../src/help-page/render-help-page.ts';
import { plainLine } from '../src/text/plain-text.ts';
import type { CommandIo } from './command/command-io.ts';
import { defineCommand } from './command/define-command.ts';
import { jsonOption, policyOption } from './command/shared-options.ts';
import { UsageError } from './command/usage-error.ts';
import { readBundledAssets, writeHelpPage } from './help-page-folder.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';

export const helpPage = defineCommand({
  name: 'help-page',
  audience: ['support'],
  summary: 'make the page that a rejection links to.',
  usage: [
    'help-page --out DIR [--policy FILE] [--include-rules]',
    'help-page --ci-template IMAGE [--policy FILE]',
  ],
  about: [
    "The page lists what the policy allows and why, says how to ask for more, and checks a name or a whole .gitlab-ci.yml in the reader's browser, with the code of `check`. It is four static files that need no server of their own: any web server, GitLab Pages or a folder on a disk will do.",
    'It shows the lists, their reasons, the replacements, the default and the helper image, and rejection.message and rejection.contact. Nothing else of the policy gets into it.',
  ],
  positionals: [],
  options: {
    out: {
      value: 'DIR',
      help: 'where the page goes; made if it is missing. A folder with other things in it is left alone: give the page one of its own',
    },
    'ci-template': {
      value: 'IMAGE',
      help: "print a CI/CD component instead, which checks an author's CI file in a pipeline of their own. IMAGE: the executor's image, where that job's runner may pull it",
    },
    policy: policyOption,
    'include-rules': {
      help: "list the policy's rules too. They name projects, and everybody who can open the page reads them; without this it only says that some projects may use more",
    },
    json: jsonOption,
  },
  exitCodes: '0 the page is written, 2 it is not: wrong usage, a policy with mistakes, or no place.',
  examples: `Try it:      gitlab-pod-executor help-page --out /tmp/images
             xdg-open /tmp/images/index.html
Publish it:  docs/help-page.md has recipes for web servers and GitLab Pages, and
             for updating the page when the policy changes. Then set
             rejection.help_url to its address, so that rejections link to it
             with the refused name filled in.`,
  run({ options: { out, policy, json, 'ci-template': image, 'include-rules': includeRules }, io }) {
    if (image !== undefined && (out !== undefined || json || image === ''))
      throw new UsageError('help-page takes --out DIR or --ci-template IMAGE, and --json with --out alone.');
    if (image !== undefined) {
      printTemplate(image, { includeRules, policyFile: policyPath(policy, io.env), io });
      return 0;
    }
    if (out === undefined || out === '') {
      throw new UsageError('help-page needs --out DIR, the folder that the page goes to.');
    }
    io.stdout.write(makePage({ out, includeRules, json }, policyPath(policy, io.env)));
    return 0;
  },
});

interface TemplateOptions {
  readonly includeRules: boolean;
  readonly policyFile: string;
  readonly io: CommandIo;
}

/** The job runs on runners as well, and one with this policy may reject it. */
function printTemplate(image: string, { includeRules, policyFile, io }: TemplateOptions): void {
  const { policy } = readPolicyFile(policyFile);
  io.stdout.write(renderCiTemplate({ data: publishPolicy(policy, { includeRules }), image }));
  const { allowed, reason, suggestion } = createEvaluator(policy, null)(image, 'image');
  if (allowed) return;
  io.stderr.write(
    `Warning: this policy does not allow ${plainLine(image)} for every project, so a runner with it rejects the job. ${plainLine(reason.text)} ${suggestion === null ? '' : `${plainLine(suggestion.text)} `}Name one that is allowed, allow this one in allowed_images, or let another runner run the job.\n`,
  );
}

interface PageOptions {
  readonly out: string;
  readonly includeRules: boolean;
  readonly json: boolean;
}

/** @returns what is said about it on stdout. */
function makePage({ out, includeRules, json }: PageOptions, policyFile: string): string {
  const { policy } = readPolicyFile(policyFile);
  const now = new Date();
  const source = basename(policyFile);
  writeHelpPage(out, renderHelpPage({ policy, includeRules, now, source, ...readBundledAssets() }));
  const folder = resolve(out);
  if (json) {
    const made = {
      folder,
      files: helpPageFiles,
      policy: policy.hash,
      madeAt: now,
      includesRules: includeRules,
    };
    return `${JSON.stringify(made)}\n`;
  }
  return `Made ${folder}/index.html from ${policyFile}, policy ${policy.hash}.\n${describeNextSteps(policy.rejection.help_url)}`;
}

function describeNextSteps(helpUrl: string | undefined): string {
  if (helpUrl !== undefined) return `Rejections link to ${helpUrl}.\n`;
  return 'No rejection links to it yet: set rejection.help_url in the policy to its address.\n';
}
