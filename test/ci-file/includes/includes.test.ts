import { describe, expect, it } from 'vitest';
import { readWithIncludes } from '../../../src/ci-file/includes/includes.ts';
import { createUnresolvedList } from '../../../src/ci-file/unresolved-list.ts';

function filesOf(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const local = {
    read: (path: string) => {
      asked.push(path);
      return files[path] ?? null;
    },
    find: () => null,
  };
  const unresolved = createUnresolvedList();
  const { documents } = readWithIncludes(files['main.yml'] ?? '', 'main.yml', {
    local,
    unresolved,
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

  it('says so where there are too many files to look through', () => {
    expect(filesOf({ 'main.yml': "include: '**.yml'\n" }).unresolved).toEqual([
      'include: **.yml looks through more files than are read here; name them one by one',
    ]);
  });
});
