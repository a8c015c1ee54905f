const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
};

/** `1h 30m`, `90 minutes`, `3600` … as GitLab reads a `timeout`. */
export function seconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)];
  const total = parts.reduce((sum, [, amount = '', unit = '']) => sum + Number(amount) * secondsOf(unit), 0);
  if (parts.length === 0 || Number.isNaN(total)) throw new Error(`Cannot read the timeout "${text}"`);
  return total;
}

function secondsOf(unit: string): number {
  const name = unit.toLowerCase();
  return name === '' ? 1 : (unitSeconds[name] ?? unitSeconds[name.replace(/s$/, '')] ?? Number.NaN);
}
