import { describe, expect, it } from 'vitest';
import { readChartValues } from '../../src/import-config/chart-values.ts';

const values = [
  'gitlabUrl: https://gitlab.example.org',
  'x-labels: &labels {team: ci}',
  'podLabels: *labels',
  'runners:',
  '  privileged: true',
  '  secret: runner',
  '  config: |',
  '    [[runners]]',
  '      [runners.kubernetes]',
  '        namespace = "{{ .Release.Namespace }}"',
].join('\n');

describe('readChartValues', () => {
  it('finds the configuration and where it begins, through anchors, and says what else there is', () => {
    expect(readChartValues(values)).toEqual({
      chart: {
        text: '[[runners]]\n  [runners.kubernetes]\n    namespace = "{{ .Release.Namespace }}"\n',
        offset: { line: 8, column: 5 },
        staying: ['gitlabUrl', 'x-labels', 'podLabels', 'runners.secret'],
        outdated: ['runners.privileged'],
      },
    });
  });

  it('follows an anchor to the configuration itself', () => {
    const anchored = 'x: &config "[[runners]]"\nrunners: {config: *config}';
    expect(readChartValues(anchored)).toMatchObject({ chart: { text: '[[runners]]' } });
  });

  it('counts the lines of an anchored configuration from where it is written out', () => {
    const anchored =
      'x: &config |\n  [[runners]]\n    executor = "kubernetes"\nrunners:\n  config: *config\n';
    expect(readChartValues(anchored)).toMatchObject({ chart: { offset: { line: 2, column: 3 } } });
  });

  it('takes what a merge key brings, as Helm does', () => {
    const merged = 'x: &x\n  config: |\n    [[runners]]\n  tags: ci\nrunners:\n  <<: *x\n  tags: big\n';
    expect(readChartValues(merged)).toEqual({
      chart: {
        text: '[[runners]]\n',
        offset: { line: 3, column: 5 },
        staying: ['x', 'runners.tags'],
        outdated: [],
      },
    });
  });

  it("finds the runner in the values of GitLab's own chart", () => {
    const whole =
      'global: {}\ngitlab-runner:\n  install: true\n  runners:\n    privileged: true\n    config: |\n      [[runners]]\n';
    expect(readChartValues(whole)).toEqual({
      chart: {
        text: '[[runners]]\n',
        offset: { line: 7, column: 7 },
        staying: ['gitlab-runner.install'],
        outdated: ['gitlab-runner.runners.privileged'],
      },
    });
    expect(readChartValues('gitlab-runner: {install: true}')).toEqual({
      mistakes: [
        { line: 1, column: 16, message: expect.stringMatching(/^gitlab-runner\.runners\.config is missing/) },
      ],
    });
  });

  it('names what is wrong at line and column, bombs of anchors among it', () => {
    expect(readChartValues('runners: {name: a}')).toEqual({
      mistakes: [{ line: 1, column: 10, message: expect.stringContaining('runners.config is missing') }],
    });
    const bomb = `a: &a [1]\n${Array.from({ length: 9 }, (_, index) => `b${index}: &b${index} [${'*a,'.repeat(20)}]`).join('\n')}`;
    expect(readChartValues(bomb)).toHaveProperty('mistakes');
    expect(readChartValues('a: [')).toHaveProperty('mistakes');
  });
});
