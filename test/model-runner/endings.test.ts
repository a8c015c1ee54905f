import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeScratch, runRecorded } from './recorder/run-recorded.ts';
import { callsOf, finalOf, lastLineOf } from './recorder/summarize.ts';

interface Ending {
  readonly fault: string;
  readonly job: { readonly variables?: Readonly<Record<string, string>> };
  readonly final: string;
  readonly last: string;
  readonly calls: readonly string[];
}

/** Rows share the two cores; each has its own directory. */
test.concurrent.each(readEndings())(
  '$fault $job ends as $final',
  async ({ fault, job, final, last, calls }) => {
    using scratch = makeScratch();
    const variables = { GIT_STRATEGY: 'none', ...job.variables };
    const after_script = ['echo after_script status=$CI_JOB_STATUS'];

    const result = await runRecorded(scratch, {
      faults: fault,
      job: { name: 'ending', script: ['echo hello from script'], after_script, ...job, variables },
    });

    expect(finalOf(result)).toBe(final);
    expect(lastLineOf(result)).toBe(last);
    expect(callsOf(result)).toEqual(calls);
  },
);

function readEndings(): readonly Ending[] {
  const text = readFileSync(new URL('endings.md', import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => {
    const [, fault = '', job = '', final = '', last = '', calls = ''] = row
      .split('|')
      .map((cell) => cell.trim());
    const definition = JSON.parse(job === '' ? '{}' : job) as Ending['job'];
    return { fault, job: definition, final, last: spellOut(last), calls: spellOutCalls(calls) };
  });
}

function spellOut(words: string): string {
  const more = 'Check https://docs.gitlab.com/runner/shells/#shell-profile-loading for more information';
  return words
    .replace(/PREPARE (.*)$/, (_, failure: string) => `prepare environment: ${failure}. ${more}`)
    .replace(
      /UNKNOWN (-?\d+) /,
      'unknown Custom executor executable exit code $1; executable execution terminated with: ',
    );
}

function spellOutCalls(words: string): readonly string[] {
  return words
    .replace(/\((.*)\) x3/, '$1 $1 $1')
    .replace(/\bstart\b/, 'config prepare prepare_script get_sources')
    .replace(/ script\b/, ' build_script after_script')
    .replace(/\bend$/, 'cleanup_file_variables cleanup')
    .split(' ');
}
