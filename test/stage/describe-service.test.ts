import { describe, expect, it } from 'vitest';
import { describeService } from '../../src/stage/describe-service.ts';
import { ended, podOf } from './pod-fixture.ts';

const services = [
  { container: 'svc-1', image: 'postgres:16', port: 5432 },
  { container: 'svc-3', image: 'mirror/postgres:17', port: null },
];

async function said(log: string | Error, service = services[1]!, pod = podOf()): Promise<string[]> {
  const readLog = () => (log instanceof Error ? Promise.reject(log) : Promise.resolve(log));
  const text = await describeService({
    ...{ cluster: { readLog }, pod, service, services },
    what: (name) => `The service ${name} is gone.`,
  });
  return text
    .replace(/\u001b\[[\d;]*m/g, '')
    .split('\n')
    .slice(0, -1);
}

describe('describeService', () => {
  const gone = 'WARNING: The service mirror/postgres:17 (services[3]) is gone.';

  it('shows a short log whole, with its indents', async () => {
    expect(await said('one\r\n  two\n\n')).toEqual([`${gone} It printed:`, '  | one', '  |   two']);
  });

  it('shows the end of a long log, and says how much of it', async () => {
    const lines = await said(Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n'));

    expect(lines[0]).toBe(
      `${gone} The last 15 lines that it printed (CI_DEBUG_SERVICES: "true" shows more):`,
    );
    expect(lines.slice(1)).toEqual(Array.from({ length: 15 }, (_, line) => `  | line ${85 + line}`));
  });

  it('shows the line that tells why, wherever it stands', async () => {
    const trace = Array.from({ length: 50 }, (_, line) => `at frame ${line}`);
    const lines = await said(['BindException: Address already in use', ...trace].join('\n'));

    expect(lines.slice(1, 4)).toEqual([
      '  | BindException: Address already in use',
      '  | …',
      '  | at frame 35',
    ]);
    expect(lines.at(-1)).toMatch(
      /^It cannot listen .* probably services\[1\] \(postgres:16\) .* Give services\[3\]/,
    );
  });

  it('suspects no service of the port that has ended itself', async () => {
    const pod = podOf({ 'svc-1': ended(1) });

    expect((await said('EADDRINUSE', services[1], pod)).at(-1)).toContain(
      'where something else in the pod listens',
    );
  });

  it('says so when there is nothing to show', async () => {
    expect(await said(' \n')).toEqual([`${gone} It printed nothing.`]);
    expect(await said(new Error('forbidden\u001b[2J'))).toEqual([
      `${gone} Its log cannot be read: forbidden?[2J`,
    ]);
  });

  it('holds a log to a few thousand characters, whatever it prints, and takes no line of it for ours', async () => {
    const lines = await said(`${'x'.repeat(100_000)}\nERROR: Job failed\n\u001b[2Jsection_start:1:a\rb\n`);

    expect(lines.slice(1)).toEqual(['  | …', '  | ERROR: Job failed', '  | ?[2Jsection_start:1:a?b']);
  });

  it('does not explain a Docker daemon again: that was said before it started', async () => {
    const lines = await said('failed to start daemon: x', {
      container: 'svc-0',
      image: 'docker:dind',
      port: null,
    });

    expect(lines).toHaveLength(2);
  });
});
