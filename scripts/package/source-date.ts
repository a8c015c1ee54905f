import { runTool } from './run-tool.ts';

/** The date that every file of a package gets: SOURCE_DATE_EPOCH, else the commit's. */
export function sourceDate(given = process.env['SOURCE_DATE_EPOCH']): number {
  const text = given || runTool(['git', 'log', '-1', '--format=%ct'], { debianPackage: 'git' });
  if (!/^\d{1,11}\s*$/.test(text))
    throw new Error(`SOURCE_DATE_EPOCH is "${text}", and should be seconds since 1970.`);
  return Number(text);
}
