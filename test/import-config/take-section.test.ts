import { expect, it } from 'vitest';
import { emptyDraft } from '../../src/import-config/draft.ts';
import { takeSection } from '../../src/import-config/take-section.ts';

it('takeSection has an entry or a problem for each key, a decision of the caller first', () => {
  const { entries, problems } = takeSection({
    section: 'kubernetes',
    value: {
      image: 'a',
      cpu_limit: 'x',
      namespace: 'b',
      pod_security_context: { fs_group: 1, odd: 2 },
      odd: 1,
    },
    path: ['runners', 0, 'kubernetes'],
    draft: emptyDraft(),
    decided: { namespace: { says: 'Decided.' } },
  });

  expect(entries.map(({ key, verdict, says }) => [key, verdict, says.split(',')[0]])).toEqual([
    ['image', 'same', 'Allowed as an image and as a service'],
    ['namespace', 'same', 'Decided.'],
    ['pod_security_context.fs_group', 'same', ''],
    ['pod_security_context.odd', 'none', 'GitLab Runner 19.4.0 does not know this key'],
    ['odd', 'none', 'GitLab Runner 19.4.0 does not know this key'],
  ]);
  expect(problems.map(({ path }) => path.join('.'))).toEqual(['runners.0.kubernetes.cpu_limit']);
});
