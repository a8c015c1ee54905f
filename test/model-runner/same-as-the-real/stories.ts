// Jobs that show what a runner and its helper do, each with what a real GitLab Runner 19.4 said. The model runner and, where a
// machine has one, the real one play them all.
import type { JobDefinition } from '../gitlab/job-definition.ts';

/** One pipeline of a few jobs, one after the other. */
export interface Story {
  readonly title: string;
  readonly jobs: readonly StoryJob[];
}

export interface StoryJob {
  readonly job: Omit<JobDefinition, 'name'>;
  /** `failed script_failure 3`; `-` for what GitLab was not told. */
  readonly final: string;
  /** Parts of the comparable log, in their order. */
  readonly says: readonly string[];
  /** Parts that are nowhere in it. */
  readonly never?: readonly string[];
}

const alone = { GIT_STRATEGY: 'none' };
const succeeded = 'success - -';
const deps = [{ key: 'deps', paths: ['deps/'] }];

/** Beyond what Linux takes as one string of an environment, 32 pages. */
const tooLongBytes = 128 * 1024;

export const stories: readonly Story[] = [
  {
    title: 'the helper says what it uploads and downloads, and not what it is',
    jobs: [
      {
        job: { stage: 'build', variables: alone, script: ['echo a > a'], artifacts: [{ paths: ['a', 'b'] }] },
        final: succeeded,
        says: [
          'Uploading artifacts...\na: found 1 matching artifact files and directories \n',
          'WARNING: b: no matching files. Ensure that the artifact path is relative to the working directory',
          'Uploading artifacts as "archive" to coordinator... 201 Created ',
        ],
        never: ['Runtime platform'],
      },
      {
        job: { stage: 'test', variables: alone, script: ['cat a'] },
        final: succeeded,
        says: ['Downloading artifacts for ', 'Downloading artifacts from coordinator... ok ', '$ cat a\na\n'],
        never: ['Runtime platform'],
      },
    ],
  },
  {
    title: 'a shared cache is looked for under both of its names, and found under either',
    jobs: [
      {
        job: { variables: alone, script: ['mkdir -p deps; echo b > deps/b'], cache: deps },
        final: succeeded,
        says: [
          'Checking cache for deps...\n',
          'Selecting primary cache URL ',
          'WARNING: file does not exist',
          'Failed to extract cache\n',
          'Creating cache deps...\n',
          'deps/: found 2 matching artifact files and directories',
          'Created cache\n',
        ],
      },
      {
        job: { variables: { ...alone, FF_HASH_CACHE_KEYS: 'true' }, script: ['cat deps/b'], cache: deps },
        final: succeeded,
        says: [
          'Checking cache for deps...\n',
          'Selecting alternate cache URL: primary not available ',
          'Successfully extracted cache\n',
          '$ cat deps/b\nb\n',
        ],
      },
      {
        job: { variables: alone, script: ['cat deps/b'], cache: deps },
        final: succeeded,
        says: ['Successfully extracted cache\n', '$ cat deps/b\nb\n'],
      },
    ],
  },
  {
    title: 'settings that it does not understand are warnings',
    jobs: [
      {
        job: {
          variables: { ...alone, CI_DEBUG_SERVICES: 'perhaps', GET_SOURCES_ATTEMPTS: '12' },
          script: ['true'],
        },
        final: succeeded,
        says: [
          'CI_DEBUG_SERVICES: expected bool got "perhaps", using default value: false\n',
          'GET_SOURCES_ATTEMPTS: number of attempts out of the range [1, 10], clamping to: 10\n',
        ],
      },
      {
        job: { variables: { GIT_STRATEGY: 'bogus' }, script: ['ls'] },
        final: succeeded,
        says: [
          "GIT_STRATEGY: expected either 'clone', 'fetch', 'none' or 'empty' got \"bogus\", using default value 'fetch'\n",
          'Fetching changes with git depth set to 20...\n',
          '$ ls\nREADME.md\n',
        ],
      },
      {
        job: { variables: { GIT_SUBMODULE_STRATEGY: 'deep' }, script: ['ls'] },
        final: 'failed runner_system_failure -',
        says: [
          "GIT_SUBMODULE_STRATEGY: expected either 'normal', 'recursive' or 'none' got \"deep\"\n",
          'ERROR: Job failed (system failure): unknown GIT_SUBMODULE_STRATEGY\n',
        ],
        never: ['Getting source from Git repository'],
      },
    ],
  },
  {
    title: 'an exit code is that of the script, but 1 in the legacy form',
    jobs: [
      {
        job: { variables: { ...alone, FF_USE_LEGACY_BASH_EVAL: 'false' }, script: ['(exit 3)'] },
        final: 'failed script_failure 3',
        says: ['ERROR: Job failed: exit status 3\n'],
      },
      {
        job: {
          variables: { ...alone, FF_USE_LEGACY_BASH_EVAL: 'true' },
          script: ['(exit 3)'],
          after_script: ['echo "after: $CI_JOB_STATUS"'],
        },
        final: 'failed script_failure 1',
        says: ['after: failed\n', 'ERROR: Job failed: exit status 1\n'],
      },
    ],
  },
  {
    title: 'an archive says where it comes from',
    jobs: [
      {
        job: {
          variables: { ...alone, RUNNER_GENERATE_ARTIFACTS_METADATA: 'true' },
          script: ['echo a > a'],
          artifacts: [{ name: 'out', paths: ['a'] }],
        },
        final: succeeded,
        says: [
          'Generating artifacts statement ',
          'WARNING: Unknown SLSA provenance version unknown, defaulting to v1',
          'Uploading artifacts as "archive" to coordinator... 201 Created ',
        ],
      },
    ],
  },
  {
    title: 'variables are filled in through several steps',
    jobs: [
      {
        job: {
          variables: [
            { key: 'GIT_STRATEGY', value: 'none' },
            { key: 'IMAGE', value: '$HOST/${NAME}:$TAG' },
            { key: 'NAME', value: 'app-$CI_JOB_STAGE' },
            { key: 'HOST', value: 'registry' },
            { key: 'TAG', value: '$RAW' },
            { key: 'RAW', value: '$NAME', raw: true },
            { key: 'SELF', value: '$SELF' },
          ],
          script: ['echo "[$IMAGE] [$RAW] [$SELF]"'],
        },
        final: succeeded,
        says: ['\n[registry/app-test:$NAME] [$NAME] [$SELF]\n'],
      },
    ],
  },
  {
    title: 'no call can be started with a value of 128 KiB',
    jobs: [
      {
        job: { variables: { ...alone, LONG: 'x'.repeat(tooLongBytes) }, script: ['true'] },
        final: 'failed runner_system_failure -',
        says: ['ERROR: Job failed (system failure): ', 'argument list too long\n'],
      },
    ],
  },
  {
    title: 'a preparation that fails for the system is tried three times',
    jobs: [
      {
        job: { variables: { ...alone, RECORDER_FAULTS: 'prepare=exit:2' }, script: ['true'] },
        final: 'failed runner_system_failure -',
        says: [
          'ERROR: Preparation failed: exit status 2\nWill be retried in 3s ...\n',
          'ERROR: Preparation failed: exit status 2\nWill be retried in 3s ...\n',
          'ERROR: Preparation failed: exit status 2\nWill be retried in 3s ...\n',
          'ERROR: Job failed (system failure): exit status 2\n',
        ],
      },
      {
        job: { variables: { ...alone, RECORDER_FAULTS: 'prepare=exit:1' }, script: ['true'] },
        final: 'failed script_failure 1',
        says: ['ERROR: Job failed: exit status 1\n'],
        never: ['Will be retried'],
      },
    ],
  },
];
