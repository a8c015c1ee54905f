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

  it('names what is wrong at line and column, bombs of anchors among it', () => {
    expect(readChartValues('runners: {name: a}')).toEqual({
      mistakes: [{ line: 1, column: 10, message: expect.stringContaining('runners.config is missing') }],
    });
    const bomb = `a: &a [1]\n${Array.from({ length: 9 }, (_, index) => `b${index}: &b${index} [${'*a,'.repeat(20)}]`).join('\n')}`;
    expect(readChartValues(bomb)).toHaveProperty('mistakes');
    expect(readChartValues('a: [')).toHaveProperty('mistakes');
  });
});
