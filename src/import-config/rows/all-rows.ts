// All rows, and the one for a key.
import type { Section } from '../keys/known-keys.ts';
import { connectionRows } from './connection-rows.ts';
import { dockerRows } from './docker-rows.ts';
import { imageRows } from './image-rows.ts';
import { lifeRows } from './life-rows.ts';
import { placementRows } from './placement-rows.ts';
import { resourceRows } from './resource-rows.ts';
import type { Row } from './row.ts';
import { runnerRows } from './runner-rows.ts';
import { securityRows } from './security-rows.ts';
import { otherVolumeRows, volumeRows } from './volume-rows.ts';

export const allRows: readonly Row[] = [
  ...connectionRows,
  ...imageRows,
  ...resourceRows,
  ...securityRows,
  ...placementRows,
  ...volumeRows,
  ...otherVolumeRows,
  ...lifeRows,
  ...dockerRows,
  ...runnerRows,
];

/** The row that names the key itself, or else the nearest one for all keys below it. null: no row, which a test makes impossible. */
export function rowFor(section: Section, key: string): Row | null {
  const own = allRows.filter((row) => row.section === section);
  const exact = own.find(({ keys }) => keys.includes(key));
  if (exact !== undefined) return exact;
  const above = key.split('.').slice(0, -1);
  for (let length = above.length; length > 0; length -= 1) {
    const below = own.find(({ keys }) => keys.includes(`${above.slice(0, length).join('.')}.*`));
    if (below !== undefined) return below;
  }
  return null;
}
