import { expect, it } from 'vitest';
import type { AdmittedJob } from '../../../src/admission/admitted-job.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { refuseAliases } from '../../../src/stage/prepare/refuse-aliases.ts';

const policy = { rejection: { exit_code: 9 } } as unknown as Policy;
const job = (...aliases: string[]): AdmittedJob =>
  ({ services: [{ image: { name: 'postgres:16' }, aliases }] }) as unknown as AdmittedJob;

it("names each alias that a pod cannot resolve, and ends the job as the author's to fix", () => {
  let told = '';
  const io = { log: (text: string) => (told += text) };
  expect(() => refuseAliases(job('db', 'my_db', 'DB'), policy, io)).toThrow(
    expect.objectContaining({ code: 'rejected', exitCode: 9 }),
  );
  expect(told).toBe(
    '\u001b[31;1mERROR: The service postgres:16 cannot have the alias "my_db": in a pod, a name has lower-case letters, digits, "-" and "." only.\u001b[0;m\n' +
      '\u001b[31;1mERROR: The service postgres:16 cannot have the alias "DB": in a pod, a name has lower-case letters, digits, "-" and "." only.\u001b[0;m\n' +
      'Choose another alias; `my-db` in place of `my_db`, say.\n',
  );
});

it('names the first ten only, and how many more there are', () => {
  let told = '';
  const aliases = Array.from({ length: 256 }, (_, index) => `a_${index}`);
  expect(() => refuseAliases(job(...aliases), policy, { log: (text) => (told += text) })).toThrow();
  expect(told.match(/ERROR/g)).toHaveLength(10);
  expect(told).toContain('\n… and 246 more.\n');
});

it('says nothing where all aliases can be had', () => {
  refuseAliases(job('db', 'my-db.local'), policy, { log: () => expect.unreachable() });
});
