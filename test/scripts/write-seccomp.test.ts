import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { addedCalls, type FilterTemplate, resolveFilter, seccompTexts } from '../../scripts/write-seccomp.ts';

interface Filter {
  readonly syscalls: readonly {
    readonly names: readonly string[];
    readonly action: string;
    readonly errnoRet?: number;
  }[];
}

const folder = 'config/kubernetes/seccomp';
const textOf = (name: string): string => seccompTexts()[`${folder}/${name}.json`] ?? '';
const filterOf = (name: string): Filter => JSON.parse(textOf(name)) as Filter;

it.each(Object.keys(seccompTexts()))('%s is what the script writes', (path) => {
  expect(readFileSync(path, 'utf8')).toBe(seccompTexts()[path]);
});

/** Lines that the second text has more often than the first. */
function addedLines(before: string, after: string): string[] {
  const left = before.split('\n');
  return after.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

describe('a file for nodes', () => {
  it.each([
    ['image-build', ['"mount",', '"umount2",', '"unshare",']],
    ['image-build-podman', ['"clone",', '"mount",', '"umount2",', '"unshare",']],
  ])('%s differs from what a runtime does by default in these lines alone', (name, lines) => {
    const [before, after] = [textOf('runtime-default'), textOf(name)];

    expect(addedLines(before, after).map((line) => line.trim())).toEqual(lines);
    expect(addedLines(after, before)).toEqual([]);
  });

  it.each(Object.keys(addedCalls))('%s lets nothing of CAP_SYS_ADMIN through that is not named', (name) => {
    const template = JSON.parse(readFileSync('scripts/seccomp/moby-default.json', 'utf8')) as FilterTemplate;
    const guarded = template.syscalls
      .filter(({ includes }) => includes?.caps?.includes('CAP_SYS_ADMIN'))
      .flatMap(({ names }) => names);
    expect(guarded).toContain('setns');

    const allowed = filterOf(name).syscalls.flatMap(({ names, action, ...rest }) =>
      action === 'SCMP_ACT_ALLOW' && !('args' in rest) ? names : [],
    );

    expect(allowed).toContain('read');
    expect(allowed.filter((call) => guarded.includes(call))).toEqual(
      (addedCalls[name] ?? []).filter((call) => guarded.includes(call)),
    );
  });

  it.each(Object.keys(addedCalls))(
    '%s says of clone3 that there is none, so that programs take clone',
    (name) => {
      const rules = filterOf(name).syscalls.filter(({ names }) => names.includes('clone3'));

      expect(rules).toEqual([{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
    },
  );

  it.each(Object.keys(addedCalls))('%s has no condition that a runtime would not read', (name) => {
    expect(textOf(name)).not.toMatch(/"(includes|excludes|minKernel|comment|archMap)"/);
  });
});

it('takes no template that begins with a condition', () => {
  const template = { defaultAction: '', defaultErrnoRet: 1, archMap: [], syscalls: [] };

  expect(() => resolveFilter(template, [])).toThrow('does not begin with what is always allowed');
});

it('gives the operator the same filters, by the same names', () => {
  const text = seccompTexts()['config/kubernetes/security-profiles-operator.yaml'] ?? '';
  const documents = parseAllDocuments(text).map((document) => document.toJS() as object);

  expect(documents).toEqual(
    ['image-build', 'image-build-podman'].map((name) => {
      const { defaultErrnoRet, ...spec } = JSON.parse(textOf(name)) as { defaultErrnoRet: number };
      expect(defaultErrnoRet).toBe(1);
      return expect.objectContaining({ kind: 'SeccompProfile', metadata: { name }, spec }) as unknown;
    }),
  );
});
