import { describe, expect, it } from 'vitest';
import { checkSameStart } from '../../src/resident/check-same-start.ts';

const check = (env: Record<string, string>, ours: Record<string, string> = {}) =>
  checkSameStart({ pid: 7, env }, ours);

describe('what Node reads when it starts', () => {
  it.each(['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'SSL_CERT_FILE', 'NODE_TLS_REJECT_UNAUTHORIZED'])(
    'a caller whose %s is not the resident’s works alone',
    (name) => {
      const why = `process 7 has another ${name} than the resident`;
      expect(() => check({ [name]: '/a' })).toThrow(why);
      expect(() => check({ [name]: '/a' }, { [name]: '/b' })).toThrow(why);
      check({ [name]: '/a' }, { [name]: '/a' });
    },
  );

  it('a caller without them is served by a resident that its operator gave some', () => {
    check({ PATH: '/bin', NODE_OPTIONS: '' }, { NODE_OPTIONS: '--max-old-space-size=900', PATH: '/usr/bin' });
  });
});
