// Variables as large as Linux lets GitLab Runner hand them on: 128 KiB each, name included.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clusterSuite } from './on-cluster.ts';

const suite = await clusterSuite('large variables reach neither wall');

/** MAX_ARG_STRLEN of Linux, with `NAME=` and the final null byte in it. */
const longest = 128 * 1024;

function largest(name: string): readonly [string, string] {
  return [name, 'ä'.repeat((longest - Buffer.byteLength(`${name}=`) - 1) >> 1)];
}

describe.skipIf(suite.reason)('a job with ten variables of 128 KiB', () => {
  // @promise once: a script of 20 MiB — arrives whole
  it('a job with ten variables of 128 KiB runs, and its script of 20 MiB arrives whole', async () => {
    const variables = Array.from({ length: 10 }, (_, i) => largest(`CUSTOM_ENV_V${i}`));
    const attempt = suite.attempt({
      env: Object.fromEntries(variables),
      job: {
        variables: variables.map(([key, value]) => ({
          key: key.replace('CUSTOM_ENV_', ''),
          value,
          public: true,
        })),
      },
    });
    await attempt.prepare();
    const text = 'x'.repeat(20 * 1024 * 1024);
    const { exitCode, stdout, stderr } = await attempt.script(`sha256sum <<'END'\n${text}\nEND\n`);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`${createHash('sha256').update(`${text}\n`).digest('hex')}  -\n`);
    expect(await attempt.call('cleanup')).toMatchObject({ exitCode: 0 });
  });
});
