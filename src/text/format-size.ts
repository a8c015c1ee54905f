// Sizes as people write them in a policy.

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Exact: `256 MiB`, and `1500 bytes` where no larger unit fits without a rest. */
export function formatSize(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount > 0 && amount % 1024 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount} ${units[unit]}`;
}
