// Makes the page that a rejection links to: policy in, four files out.
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { helpPageFiles, renderHelpPage } from '../src/help-page/render-help-page.ts';
import { argumentFault } from './argument-fault.ts';
import type { Command } from './command.ts';
import { readBundledAssets, writeHelpPage } from './help-page-folder.ts';
import { policyPath, readPolicyFile } from './policy-file.ts';

const help = `gitlab-pod-executor help-page: make the page that a rejection links to.

Usage: gitlab-pod-executor help-page --out DIR [--policy FILE]
                                     [--include-rules] [--json]

The page lists what the policy allows and why, says how to ask for more, and
judges any name in the reader's browser, with the executor's own matcher. It is
four static files that need no server of their own: any web server, GitLab Pages
or a folder on a disk will do.

It shows the lists, their reasons, the replacements, the default and the helper
image, and rejection.message and rejection.contact. Nothing else of the policy
gets into it.

  --out DIR        where the page goes; made if it is missing. A folder with
                   other things in it is left alone: give the page one of its
                   own
  --policy FILE    else $GITLAB_POD_EXECUTOR_POLICY, else
                   /etc/gitlab-pod-executor/policy.yaml
  --include-rules  list the policy's rules too. They name projects, and
                   everybody who can open the page reads them; without this it
                   only says that some projects may use more
  --json           one JSON object instead of words

Exit code: 0 the page is written, 2 it is not: wrong usage, a policy with
mistakes, or no place.

Try it:      gitlab-pod-executor help-page --out /tmp/images
             xdg-open /tmp/images/index.html
Publish it:  docs/help-page.md has recipes for web servers and GitLab Pages, and
             for making the page anew when the policy changes. Then set
             rejection.help_url to its address, so that rejections link to it
             with the refused name filled in.
`;

const wrongUsage = 2;

export const helpPage: Command = (argv, io) => {
  const asked = readArguments(argv);
  if (typeof asked === 'string') {
    io.stderr.write(`${asked}\nSee gitlab-pod-executor help-page --help.\n`);
    return Promise.resolve(wrongUsage);
  }
  if (asked.help) io.stdout.write(help);
  else io.stdout.write(makePage(asked, policyPath(asked.policy, io.env)));
  return Promise.resolve(0);
};

interface Asked {
  readonly help: boolean;
  readonly out: string;
  readonly policy: string | undefined;
  readonly includeRules: boolean;
  readonly json: boolean;
}

/** A text says what is wrong with the arguments. */
function readArguments(argv: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        out: { type: 'string', default: '' },
        policy: { type: 'string' },
        'include-rules': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const { help, out, policy, json } = values;
    if (out === '' && !help) return 'help-page needs --out DIR, the folder that the page goes to.';
    return { help, out, policy, includeRules: values['include-rules'], json };
  } catch (cause) {
    return argumentFault('help-page', cause);
  }
}

/** @returns what is said about it on stdout. */
function makePage({ out, includeRules, json }: Asked, policyFile: string): string {
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
  return `Made ${folder}/index.html from ${policyFile}, policy ${policy.hash}.\n${sayWhatIsNext(policy.rejection.help_url)}`;
}

function sayWhatIsNext(helpUrl: string | undefined): string {
  if (helpUrl !== undefined) return `Rejections link to ${helpUrl}.\n`;
  return 'No rejection links to it yet: set rejection.help_url in the policy to its address.\n';
}
