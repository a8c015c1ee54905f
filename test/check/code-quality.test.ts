import { describe, expect, it } from 'vitest';
import { createEvaluator } from '../../src/admission/evaluate.ts';
import { codeQualityReport } from '../../src/check/code-quality.ts';
import { samplePolicy } from '../admission/sample-policy.ts';

const evaluate = createEvaluator(samplePolicy(), null);

const at = (name: string, line: number, job = 'test') => ({
  verdict: evaluate(name, 'image'),
  found: { file: '.gitlab-ci.yml', line, column: 10, job },
});

interface Finding {
  readonly fingerprint: string;
  readonly location: { readonly lines: { readonly begin: number } };
}

const reported = (...checked: Parameters<typeof codeQualityReport>[0]): readonly Finding[] =>
  JSON.parse(codeQualityReport(checked)) as readonly Finding[];

describe('codeQualityReport', () => {
  it('has a finding for each name that is rejected, at its line', () => {
    expect(reported(at('debian:12', 3), at('python', 7))).toEqual([
      {
        description:
          'This runner rejects image python of job test. `python` has no tag, and `python:*` needs one. Write the tag too, for example `python:latest`.',
        check_name: expect.stringMatching(/^gitlab-pod-executor\/[a-z-]+$/) as string,
        severity: 'blocker',
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        location: { path: '.gitlab-ci.yml', lines: { begin: 7 } },
      },
    ]);
  });

  it('gives a finding the same fingerprint when its line moves, and two alike two', () => {
    const [one, other] = reported(at('python', 7), at('python', 9));
    const [moved] = reported(at('python', 20));
    expect(moved?.fingerprint).toBe(one?.fingerprint);
    expect(other?.fingerprint).not.toBe(one?.fingerprint);
    expect(other?.location.lines.begin).toBe(9);
  });

  it('gives a finding the same fingerprint when only the advice changes', () => {
    const [before] = reported(at('golang:1', 7));
    const other = createEvaluator(samplePolicy({ allowed_images: [{ pattern: 'ruby:*' }] }), null);
    const [after] = reported({ ...at('golang:1', 7), verdict: other('golang:1', 'image') });
    expect(after).not.toEqual(before);
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });

  it('the report is an empty list where all is admitted, and shows no control characters', () => {
    expect(codeQualityReport([at('debian:12', 3)])).toBe('[]\n');
    expect(codeQualityReport([at('python', 3, 'a\u001b[31m')])).not.toContain('\\u001b');
  });
});
