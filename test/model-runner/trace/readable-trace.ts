// What a person reads on the job's page: no times, no section markers, no colours, carriage returns obeyed.

export function readableTrace(raw: string): string {
  return withoutStamps(raw)
    .replace(/section_(?:start|end):\d+:[^\r\n]*\r/g, '')
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .replace(/\r(?=\n)/g, '')
    .replace(/^.*\r/gm, '');
}

/** The log's own text: the times and streams taken off, lines that go on joined again. */
export function withoutStamps(raw: string): string {
  const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{2}[OE]([+ ])/gm;
  return raw
    .replace(stamp, (_, flag: string) => (flag === '+' ? '\u0001' : ''))
    .replaceAll('\n\u0001', '')
    .replaceAll('\u0001', '');
}
