// The Grafana board and the alert rules ask only for metrics and labels that a resident has; and the board shows each that is its own.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openPrometheus } from '../../cmd/resident/metrics/prometheus.ts';
import { metrics } from '../../src/resident/metrics.ts';

const boardFile = 'config/monitoring/grafana-board.json';
const alertsFile = 'config/monitoring/alerts.yaml';

interface Board {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

interface Alerts {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
  }[];
}

const board = JSON.parse(readFileSync(boardFile, 'utf8')) as Board;
const rules = (parse(readFileSync(alertsFile, 'utf8')) as Alerts).groups.flatMap((group) => group.rules);
const boardQueries = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
const queries = [
  ...boardQueries,
  ...board.templating.list.map(({ query }) => query),
  ...rules.map(({ expr }) => expr),
];

/** Names that a query asks for: what is neither a function, nor a keyword, nor a label. */
const namesIn = (query: string): string[] =>
  query
    .replace(/\{[^}]*\}|"[^"]*"|\b(?:by|on) \([^)]*\)/g, ' ')
    .match(/\bup\b|\b(?:gitlab_pod_executor|process|nodejs)_\w+/g) ?? [];

const labelsIn = (query: string): string[] => [
  ...[...query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */)),
  ...[...query.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map(([, label = '']) => label),
  ),
];

let known: ReadonlySet<string>;
beforeAll(async () => {
  const text = await openPrometheus().text();
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  // Prometheus' own, of each that it scrapes.
  known = new Set(['up', ...families]);
});

describe('the board and the alerts', () => {
  it('queries name only metrics that a resident serves, each at least one', () => {
    for (const query of queries.filter((each) => each !== 'prometheus')) {
      expect(namesIn(query), query).not.toEqual([]);
      expect(
        namesIn(query).filter((name) => !known.has(name)),
        query,
      ).toEqual([]);
    }
  });

  it('a query that names another metric would be found', () => {
    expect(
      namesIn('sum by (stage) (rate(gitlab_pod_executor_pods_total{stage="x"}[5m]))').filter(
        (name) => !known.has(name),
      ),
    ).toEqual(['gitlab_pod_executor_pods_total']);
  });

  it('queries use only labels that their metric has, or that Prometheus adds', () => {
    for (const query of queries) {
      const own = Object.values(metrics).filter(({ name }) =>
        namesIn(query).some((asked) => asked.startsWith(name)),
      );
      const labels = new Set([
        'instance',
        'job',
        'le',
        ...own.flatMap((metric) => metric.labels as readonly string[]),
      ]);
      expect(
        labelsIn(query).filter((label) => !labels.has(label)),
        query,
      ).toEqual([]);
    }
  });

  it('queries compare labels only with what a stage can end with', () => {
    const sources = [
      'src/outcome/system-failure.ts',
      'cmd/resident/metrics/observe-stage.ts',
      'cmd/prepare.ts',
    ]
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
    const values = queries.flatMap((query) =>
      [...query.matchAll(/(?:code|outcome|stage)!?="([^"]+)"/g)].map(([, value]) => value),
    );
    expect(values.length).toBeGreaterThan(4);
    expect(values.filter((value) => !sources.includes(`'${value ?? ''}'`))).toEqual([]);
  });

  it('the board shows each metric of ours', () => {
    const shown = boardQueries.flatMap(namesIn);
    expect(
      Object.values(metrics)
        .map(({ name }) => name)
        .filter((name) => !shown.some((asked) => asked.startsWith(name))),
    ).toEqual([]);
  });

  it('no panel of the board lies on another one', () => {
    const cells = board.panels.flatMap(({ gridPos: { x, y, w } }) =>
      Array.from({ length: w }, (_, at) => `${x + at} ${y}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...board.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
  });

  it('each alert has a name of its own, a severity, and says what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(labels.severity, alert).toMatch(/^(warning|critical)$/);
      expect(annotations.summary, alert).toMatch(/\.$/);
      expect(annotations.description, alert).toMatch(/\.$/);
    }
  });
});
