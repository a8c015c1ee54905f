import { describe, expect, it } from 'vitest';
import { readCiDocument } from '../../src/ci-file/ci-document.ts';
import { type NameSearch, searchName } from '../../src/ci-file/name-search.ts';
import { createUnresolvedList } from '../../src/ci-file/unresolved-list.ts';
import { jobWays } from '../../src/ci-file/values/job-ways.ts';
import { layersOf } from './layers-of.ts';

function searchFor(kind: 'image' | 'service', ...texts: readonly string[]) {
  const search: NameSearch = { names: new Map(), imageless: new Map(), unresolved: createUnresolvedList() };
  for (const [index, text] of texts.entries()) {
    const file = `variables: {V: x, E: ""}\njob: ${text}\n`;
    const document = readCiDocument(file, 'ci.yml');
    const ways = jobWays([], [{ document, node: document.root }], {
      given: new Map(),
      environment: new Map(),
    });
    for (const spot of layersOf(file)) searchName(spot, { job: `j${index}`, kind, ways }, search);
  }
  return {
    names: [...search.names.values()].map(
      ({ job, name, line, column }) => `${line}:${column} ${job} ${name}`,
    ),
    imageless: [...search.imageless.values()].map(({ job, doubt }) => `${job} ${doubt}`),
    unresolved: search.unresolved.all().map(({ what, why }) => `${what} | ${why}`),
  };
}

describe('searchName', () => {
  it('finds a name once, for whoever asks first', () => {
    expect(searchFor('image', 'a:$V', 'a:$V').names).toEqual(['2:6 j0 a:x']);
  });

  it('takes an empty image for none, and leaves out an empty service', () => {
    expect(searchFor('image', '$E')).toEqual({ names: [], imageless: ['j0 null'], unresolved: [] });
    expect(searchFor('service', '$E')).toEqual({ names: [], imageless: [], unresolved: [] });
  });

  it('leaves what it cannot read', () => {
    expect(searchFor('image', '[a]').unresolved).toEqual([
      'j0: image | is a list, and GitLab takes one name',
    ]);
    expect(searchFor('service', '!reference [.t, s]').unresolved).toEqual([
      'j0: services | is a !reference to what is not in these files',
    ]);
    expect(searchFor('image', '*none').unresolved).toEqual([
      'j0: image | takes an anchor that is not in its file, and GitLab refuses the file for it',
    ]);
    expect(searchFor('image', '~')).toEqual({ names: [], imageless: [], unresolved: [] });
  });
});
