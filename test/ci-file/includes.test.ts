import { describe, expect, it } from 'vitest';
import { readWithIncludes } from '../../src/ci-file/includes.ts';
import { createUnresolvedList } from '../../src/ci-file/unresolved-list.ts';

function filesOf(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const readLocal = (path: string) => {
    asked.push(path);
    return files[path] ?? null;
  };
  const { documents } = readWithIncludes(files['main.yml'] ?? '', 'main.yml', {
    readLocal,
    unresolved: createUnresolvedList(),
  });
  return { read: documents.map(({ file }) => file), asked };
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
        "include: ['/../x.yml', 'a/../../x.yml', '//etc//passwd', './a/../b.yml', 'b.yml', main.yml]\n",
    });

    expect(asked.sort()).toEqual(['b.yml', 'etc/passwd']);
  });
});
