// A job log's escapes as a test can pin them: colours as `<red>…</>`, section markers without their time and random part.

const colours: Readonly<Record<string, string>> = {
  '\u001b[31;1m': '<red>',
  '\u001b[32;1m': '<green>',
  '\u001b[33;1m': '<yellow>',
  '\u001b[36;1m': '<cyan>',
  '\u001b[0;m': '</>',
};

export function readable(log: string): string {
  return log
    .replace(/\u001b\[0Ksection_(start|end):\d+:(\w+?)(?:_[a-z2-9]{8})?(\[.*?\])?\r\u001b\[0K/g, '<$1 $2>')
    .replace(/\u001b\[[0-9;]*m/g, (code) => colours[code] ?? code);
}
