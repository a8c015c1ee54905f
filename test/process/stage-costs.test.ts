// What each stage of a whole job asks of the API server, over how many new connections, and how many processes it starts in the helper
// container: a change that makes a stage dearer shows here, whatever machine it runs on.
import { describe, expect, it } from 'vitest';
import { startTestResident } from './a-resident.ts';
import { openGate } from './api-gate.ts';
import { type Ended, withoutResident } from './attempt.ts';
import { clusterSuite } from './on-cluster.ts';

const suite = await clusterSuite('stages ask no more of the API server than they need');

const subStages = [
  'prepare_script',
  'get_sources',
  'restore_cache',
  'download_artifacts',
  'build_script',
  'step_release',
  'after_script',
  'archive_cache',
  'upload_artifacts_on_success',
  'cleanup_file_variables',
];

/** Of them, in the helper container. */
const beforeUserCode = 4;

/** As GitLab sends them with each job of a project that has a registry. */
const credentials = [{ type: 'registry', url: 'r.example.org', username: 'u', password: 'p' }];

interface Costs {
  /** A line each: its name, how many TLS connections it opens, its requests. */
  readonly stages: string;
  /** That a helper script of nothing starts in its container: the fewest of three, since each look at a slow one is another. */
  readonly processes: number;
}

async function costsOf(env: Readonly<Record<string, string>>): Promise<Costs> {
  const requests: string[] = [];
  let connections = 0;
  const gate = await openGate(
    suite.embedded(),
    suite.cluster().directory,
    ({ request, when }) => {
      if (when === 'before') requests.push(request);
      return true;
    },
    () => {
      connections += 1;
    },
  );
  const attempt = suite.attempt({ kubeconfig: gate.kubeconfig, env, job: { credentials } });
  const costs: string[] = [];
  /** A container numbers its processes one by one. */
  const numbers: number[] = [];
  const note = async (name: string, stage: Promise<Ended>): Promise<void> => {
    const { exitCode, stdout } = await stage;
    expect(exitCode).toBe(0);
    numbers.push(Number(stdout));
    const made = withoutRepeated(requests.splice(0));
    costs.push(`${name}: ${connections - made.repeated} | ${counted(made.requests)}`.trim());
    connections = 0;
  };
  try {
    await note('prepare', attempt.call('prepare'));
    for (const name of subStages) await note(name, attempt.script('echo $$', name));
    await note('cleanup', attempt.call('cleanup'));
  } finally {
    await gate.close();
  }
  const [, ...first] = numbers.slice(0, 1 + beforeUserCode);
  const between = first.slice(1).map((number, at) => number - (first[at] ?? 0));
  return { stages: costs.join('\n'), processes: Math.min(...between) };
}

/** A busy machine is slow to notice that the build container has ended: it is asked again, each time by another exec. */
function withoutRepeated(requests: readonly string[]) {
  const execs = requests.filter((request) => request === 'exec build');
  const kept = [...requests.filter((request) => request !== 'exec build'), ...execs.slice(0, 2)];
  return { requests: kept, repeated: requests.length - kept.length };
}

/** Some are sent side by side: their order says nothing. */
function counted(requests: readonly string[]): string {
  const times = (name: string): number => requests.filter((each) => each === name).length;
  return [...new Set(requests)]
    .sort()
    .map((name) => (times(name) === 1 ? name : `${times(name)}× ${name}`))
    .join(', ');
}

/** On a machine so busy that a script of nothing takes 1.5 s, it is watched over: it is tried again then. */
const again = { retry: 3 };

describe.skipIf(suite.reasonNoFaults)('the stages of a job of ten sub-stages', () => {
  it('stages that work alone open these connections, for these requests', again, async () => {
    const { stages, processes } = await costsOf(withoutResident);
    expect(processes).toBeLessThanOrEqual(24);
    expect(stages).toMatchInlineSnapshot(`
      "prepare: 4 | create pods, create secrets, exec build, exec helper, list events, 2× list pods, list secrets, patch secrets, watch events, watch pods
      prepare_script: 1 | exec helper
      get_sources: 1 | exec helper
      restore_cache: 1 | exec helper
      download_artifacts: 1 | exec helper
      build_script: 1 | exec build
      step_release: 1 | exec build
      after_script: 1 | exec build
      archive_cache: 3 | 2× exec build, exec helper
      upload_artifacts_on_success: 1 | exec helper
      cleanup_file_variables: 0 |
      cleanup: 2 | delete pods, delete secrets, list pods, list secrets"
    `);
  });

  it('stages of a resident open these connections, for these requests', again, async () => {
    const resident = await startTestResident();
    try {
      const { stages, processes } = await costsOf({ GITLAB_POD_EXECUTOR_RESIDENT: resident.directory });
      expect(processes).toBeLessThanOrEqual(15);
      expect(stages).toMatchInlineSnapshot(`
        "prepare: 4 | create pods, create secrets, exec build, exec helper, list events, 2× list pods, list secrets, patch secrets, watch events, watch pods
        prepare_script: 0 |
        get_sources: 0 |
        restore_cache: 0 |
        download_artifacts: 0 |
        build_script: 0 |
        step_release: 1 | exec build
        after_script: 1 | exec build
        archive_cache: 2 | 2× exec build
        upload_artifacts_on_success: 0 |
        cleanup_file_variables: 0 |
        cleanup: 2 | delete pods, delete secrets, list pods, list secrets"
      `);
    } finally {
      await resident.stop();
    }
  });
});
