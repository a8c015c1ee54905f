import { describe, expect, it } from 'vitest';
import { readWithIncludes } from '../../../src/ci-file/includes/includes.ts';
import { createUnresolvedList } from '../../../src/ci-file/unresolved-list.ts';

function filesOf(files: Readonly<Record<string, string>>, ignoredIncludes: readonly string[] = []) {
  const asked: string[] = [];
  const local = {
    read: (path: string) => {
      asked.push(path);
      return files[path] ?? { why: 'is not there' };
    },
    find: () => ({ why: 'is too much to look through' }),
  };
  const unresolved = createUnresolvedList();
  const { documents } = readWithIncludes(files['main.yml'] ?? '', 'main.yml', {
    local,
    unresolved,
    ignoredIncludes,
  });
  return {
    read: documents.map(({ file }) => file),
    asked,
    unresolved: unresolved.all().map(({ what, why }) => `${what} ${why}`),
  };
}

describe('readWithIncludes', () => {
  it('lets a later include win over an earlier one, and a file over what it includes', () => {
    const { read } = filesOf({
      'main.yml': 'include: [a.yml, {local: b.yml}]\n',
      'a.yml': 'include: c.yml\n',
      'b.yml': 'x: {}\n',
      'c.yml': 'x: {}\n',
    });

    expect(read).toEqual(['main.yml', 'b.yml', 'a.yml', 'c.yml']);
  });

  it('asks for no file outside of the repository, and for each only once', () => {
    const { asked } = filesOf({
      'main.yml':
        "include: ['/../x.yml', 'a/../../x.yml', '//etc//passwd.yml', './a/../b.yml', 'b.yml', main.yml]\n",
    });

    expect(asked.sort()).toEqual(['b.yml', 'etc/passwd.yml']);
  });

  it('reads files that a pattern finds in the order of git, which is that of their bytes', () => {
    const names = ['\u{10000}.yml', '\uff00.yml', 'b.yml', 'a.yml', 'a.b.yml', 'ab.yml'];
    const local = { read: () => 'x: {}\n', find: () => names };
    const unresolved = createUnresolvedList();
    const { documents } = readWithIncludes("include: '*.yml'\n", 'main.yml', {
      local,
      unresolved,
      ignoredIncludes: [],
    });

    const inBytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(documents.slice(1).map(({ file }) => file)).toEqual(inBytes.reverse());
  });

  it('passes over what cannot be read and is known to matter to nobody', () => {
    const text = `include:
  - {component: $HOST/ci/policy/check-images@main}
  - {component: $HOST/ci/policy/other@main}
`;
    expect(filesOf({ 'main.yml': text }, ['check-images']).unresolved).toEqual([
      'include: component $HOST/ci/policy/other@main is fetched by GitLab; check that file by itself',
    ]);
  });

  it('says why no files are found', () => {
    expect(filesOf({ 'main.yml': "include: '**.yml'\n" }).unresolved).toEqual([
      'include: **.yml is too much to look through',
    ]);
  });
});
