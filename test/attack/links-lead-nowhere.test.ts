import { describe, expect, it } from 'vitest';
import { makeRepository } from '../cluster/make-repository.ts';
import type { JobDefinition } from '../model-runner/gitlab/job-definition.ts';
import { artifactFiles, attackSuite } from './attack-suite.ts';

const { reason, cluster } = await attackSuite('links lead nowhere');

/** `out/` is taken by the cache, and then as the artifact: what the helper wrote through a link into it would be there. */
async function attack(script: readonly string[], extra: Partial<JobDefinition> = {}) {
  return cluster().run({
    repository: makeRepository(cluster().directory),
    variables: {},
    script: ['mkdir -p out && echo honest > out/a.txt', ...script],
    artifacts: [{ name: 'out', paths: ['out/'], when: 'always' }],
    cache: [{ key: 'k', paths: ['out/'], when: 'always' }],
    ...extra,
  });
}

describe.skipIf(reason)('links lead nowhere', () => {
  it.each([
    ['the folder of the group', '$(dirname $CI_PROJECT_DIR)'],
    ['the project', '$CI_PROJECT_DIR'],
  ])("%s, replaced by a link, is not followed into what is the helper's own", async (_, path) => {
    const result = await attack([
      `P=${path}`,
      'cd /builds && mkdir -p /.gitlab-pod-executor/home',
      'mv $P $P-moved && ln -s /.gitlab-pod-executor/home $P && ls -ld $P',
    ]);
    expect(result.readableTrace).toMatch(
      /^The job had replaced \/builds\/\S+ by a link; the link is removed\.$/m,
    );
    expect(result.artifacts).toEqual([]);
  });

  it("the project's temporary folder, replaced by a link, takes no file variable along", async () => {
    const result = await attack(
      ['rm -rf $CI_PROJECT_DIR.tmp', 'ln -s $CI_PROJECT_DIR/out $CI_PROJECT_DIR.tmp'],
      {
        variables: [{ key: 'SECRET_FILE', value: 'a secret', public: false, file: true }],
      },
    );
    expect(await artifactFiles(cluster(), result)).toEqual({ 'out/a.txt': 'honest\n' });
  });

  it('a file variable is not written through a link in its place', async () => {
    const result = await attack(
      [
        'rm -f $CI_PROJECT_DIR.tmp/SECRET_FILE',
        'ln -s $CI_PROJECT_DIR/out/seen $CI_PROJECT_DIR.tmp/SECRET_FILE',
      ],
      { variables: [{ key: 'SECRET_FILE', value: 'a secret', public: false, file: true }] },
    );
    expect(await artifactFiles(cluster(), result)).toEqual({ 'out/a.txt': 'honest\n' });
  });

  it.each([
    [
      'the folder of the group',
      ['mkdir -p /cache', 'ln -s $CI_PROJECT_DIR/out /cache/$(dirname $CI_PROJECT_PATH)'],
    ],
    [
      'the folder of the project',
      ['mkdir -p /cache/$(dirname $CI_PROJECT_PATH)', 'ln -s $CI_PROJECT_DIR/out /cache/$CI_PROJECT_PATH'],
    ],
    [
      'the folder of a key',
      ['mkdir -p /cache/$CI_PROJECT_PATH', 'ln -s $CI_PROJECT_DIR/out /cache/$CI_PROJECT_PATH/k'],
    ],
    [
      'the file beside the archive',
      [
        'mkdir -p /cache/$CI_PROJECT_PATH/k',
        'ln -s $CI_PROJECT_DIR/out/seen /cache/$CI_PROJECT_PATH/k/metadata.json',
      ],
    ],
  ])('a cache is not written through a link in place of %s', async (_, script) => {
    const result = await attack(script);
    expect(result.readableTrace).toContain('Created cache');
    expect(await artifactFiles(cluster(), result)).toEqual({ 'out/a.txt': 'honest\n' });
    expect(result.state).toBe('success');
  });

  it('an artifact takes links as links, and not what they name in the helper container', async () => {
    const result = await attack([
      'ln -s /etc/passwd out/file',
      'ln -s /etc out/folder',
      'ln -s /.gitlab-pod-executor out/ours',
      'ln -s /proc/self out/self',
      'ln -s ../../../../.. out/root',
    ]);
    expect(await artifactFiles(cluster(), result)).toEqual({
      'out/a.txt': 'honest\n',
      'out/file': '-> /etc/passwd',
      'out/folder': '-> /etc',
      'out/ours': '-> /.gitlab-pod-executor',
      'out/self': '-> /proc/self',
      'out/root': '-> ../../../../..',
    });
  });

  it('an artifact takes nothing from outside of the project', async () => {
    const result = await attack([], {
      artifacts: [
        {
          name: 'out',
          paths: [
            'out/',
            '/etc/passwd',
            '../../../etc/passwd',
            '/.gitlab-pod-executor/',
            '$HOME/',
            '/proc/self/environ',
          ],
          when: 'always',
        },
      ],
    });
    expect(await artifactFiles(cluster(), result)).toEqual({ 'out/a.txt': 'honest\n' });
  });
});
