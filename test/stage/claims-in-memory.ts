// Claims as an API server keeps them, with a volume at once: a change, and a deletion, is of the claim as it was read.
import type { Claim, ClaimChange, Cluster } from '../../src/cluster/cluster.ts';

export function claimsInMemory(existing: readonly Claim[] = []) {
  const claims = new Map(existing.map((claim) => [claim.metadata.name, claim]));
  let versions = 100;
  const isSame = ({ metadata }: Claim): boolean => {
    const found = claims.get(metadata.name)?.metadata;
    return found?.uid === metadata.uid && found.resourceVersion === metadata.resourceVersion;
  };
  const keep = (claim: Claim): Claim => {
    const kept = { ...claim, metadata: { ...claim.metadata, resourceVersion: `${++versions}` } };
    claims.set(claim.metadata.name, kept);
    return kept;
  };
  const methods: Pick<Cluster, 'createClaim' | 'listClaims' | 'changeClaim' | 'deleteClaim'> = {
    createClaim: (manifest) => {
      const claim = manifest as unknown as Claim;
      const { name } = claim.metadata;
      if (claims.has(name)) return Promise.resolve({ refused: 'exists' });
      const metadata = { ...claim.metadata, uid: `uid-of-${name}` };
      return Promise.resolve(keep({ ...claim, metadata, spec: { ...claim.spec, volumeName: 'volume' } }));
    },
    listClaims: (selector) => {
      const wanted = selector.split(',').map((pair) => pair.split('='));
      const fits = ({ metadata }: Claim): boolean =>
        wanted.every(([key = '', value]) => metadata.labels?.[key] === value);
      return Promise.resolve([...claims.values()].filter(fits));
    },
    changeClaim: (claim, change) => {
      if (!isSame(claim)) return Promise.resolve(null);
      const { labels = {}, annotations = {} } = claim.metadata;
      const metadata = {
        ...claim.metadata,
        labels: changed(labels, change.labels),
        annotations: changed(annotations, change.annotations),
      };
      return Promise.resolve(keep({ ...claim, metadata }));
    },
    deleteClaim: (claim) => {
      if (!claims.has(claim.metadata.name)) return Promise.resolve('not-found');
      if (!isSame(claim)) return Promise.resolve('changed');
      claims.delete(claim.metadata.name);
      return Promise.resolve('deleting');
    },
  };
  return { ...methods, claims };
}

function changed(
  before: Readonly<Record<string, string>>,
  change: ClaimChange['labels'] = {},
): Readonly<Record<string, string>> {
  const after = Object.entries({ ...before, ...change });
  return Object.fromEntries(after.flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
}
