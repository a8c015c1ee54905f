// docs/reliability.md has the table that the tags in the tests make, and no fault of it is ever lost.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFaults, promises, reliabilityWithTable } from '../../scripts/fault-table.ts';
import { root } from './documents.ts';

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

/** A fault that is promised stays promised: a tag that goes takes its line here along, which a reviewer sees. */
const promised = [
  '10,000 lines of garbage for the resident',
  '300 broken connections in one script',
  'GitLab Runner tries a system failure again',
  'a LimitRange, quota, SCC, PriorityClass or RuntimeClass refuses the pod',
  'a Secret, ConfigMap, claim or runtime handler of `pod_template` is missing',
  "a cancel, or a script's timeout",
  'a child of a script that succeeds is killed for memory',
  'a command ends while its stdin is open, or a connection while stdin is sent',
  'a connection goes silent, without FIN or RST',
  'a container is killed for memory; a child alone',
  'a container waits for an unknown reason',
  'a cut between the output and the status',
  'a cut during the upload, before the first byte, inside a character, twice in a row',
  'a deletion is answered with 5xx during cleanup',
  'a directory of another user or below /proc, no /proc',
  'a directory that a killed resident left, files in place of its FIFOs',
  'a job fills its control volume',
  'a job leaves secrets, hooks, filters and set-user-ID programs in a lasting workspace',
  'a job truncates or removes its spool, its record, its watcher',
  "a job's record cannot be written, on a full disk say",
  'a kubeconfig that kubectl accepts, or refuses',
  'a launcher is killed between claim, request and answer',
  'a log longer than `log_limit`',
  'a log that prints a status, an end record or sections',
  'a new version is installed, and the unit restarted, under running scripts',
  'a node begins an exec only when the next sub-stage runs',
  'a node lacks the seccomp file of the policy',
  'a node makes no containers',
  'a prepare or cleanup is killed while it takes or gives back a lasting workspace',
  'a pull policy brings no image',
  'a redirect or a web page as the answer to exec',
  'a registry does not answer when a tag is resolved',
  'a registry is busy or away, a quota full, the API server answers 429',
  "a registry's certificate is not trusted, or it speaks no HTTPS",
  'a resident that is stopped, or has other files than the runner',
  'a root filesystem that cannot be written; any uid',
  'a script leaves its process group, or programs behind',
  'a script of 20 MiB',
  'a second SIGTERM, a closed log, a killed runner',
  'a service crashes, or is late',
  'a slow reader of 1 GiB, a slow command with 250 MiB of stdin',
  'a status in pieces, unreadable or cut',
  'a token is replaced in mid-job',
  'a token, certificate or authority file is empty or cut, as while it is replaced',
  'a watch is cut, or too old (410)',
  'a webhook adds a container',
  'all connections cut by FIN or RST, again and again',
  'an API server or a webhook drops `hostUsers`',
  'an error of ours that nobody caught, in one job of a resident',
  "an image has no build for the node's processor, or an old manifest format",
  'an image is not found, or access is refused',
  'an image of the operator cannot be pulled',
  'an image without `tail`, `setsid` or `sha256sum`; dash, bash, busybox',
  "an operator's pull secret that no kubelet can read",
  'anything is killed, cut or stopped at any await of a whole job, on virtual time',
  'bash itself is killed',
  'binary output, a line of 16 MiB, no final newline',
  'credentials that no kubelet can read',
  'exec answers 404 or 500 while the pod lives',
  'exec is refused for good',
  'executor and runner are killed at any point',
  'frames above 16 MiB, reserved bits, unknown opcodes',
  'many jobs at once with random cuts, cancels, deletions and kills',
  'more jobs of a project at once than it has lasting workspaces',
  'much on both outputs at once; messages in fragments',
  'no node has room',
  'prepare is repeated',
  'residents of two builds at once',
  "terminal escapes in a name, an event, a refusal, a service's log",
  'the API server is away for 60 s',
  'the API server is away for longer than `timeouts.reconnect`',
  'the API server is away for some seconds, or restarted',
  'the claim of a lasting workspace gets no volume, or one that no free node reaches',
  'the container runtime stops, and exec reports a `Success` that never was',
  "the disk of the resident's directory is full",
  'the exec that waits in the build container for the first script is cut',
  'the executor is killed at any point',
  'the host of a registry does not exist',
  "the job's deadline has passed",
  'the node is drained',
  'the node is lost, the pod preempted',
  "the node's disk is full, or a registry limits pulls",
  'the pod is deleted in mid-job',
  'the pod is evicted: node short; own disk limit',
  'the process that carries a log ends by any signal, or is not there',
  "the process that carries a log is killed after the script's end",
  'the resident is asked to end, and a script runs longer than it may take',
  'the resident is killed in mid-prepare',
  'the resident is killed in mid-script',
  'the resident is killed in mid-script, and started again within five seconds',
  'the resident is killed, ended or stopped at any point of many jobs',
  'the resident is replaced by another one in mid-script',
  "the resident is stopped between a launcher's look and its request",
  'the resident stands still (SIGSTOP, an endless loop)',
  "the session that a helper's scripts share is cut",
  'what answers exec is no API server: no subprotocol, a wrong one, or no HTTP',
];

describe('docs/reliability.md', () => {
  it('the page has the table of faults that the tags in the tests make (else run `npm run docs`)', () => {
    expect(page).toBe(reliabilityWithTable());
  });

  it('the table has every fault that is promised', () => {
    expect(
      findFaults()
        .map(({ fault }) => fault)
        .sort(),
    ).toEqual(promised);
  });

  it('the page explains each promise, in the order of the table', () => {
    const explained = [...page.matchAll(/^\d+\. \*\*(.+?)\.\*\*/gm)].map(([, title]) => title);

    expect(explained).toEqual([...promises.values()]);
  });

  it('each promise is shown by a fault', () => {
    const shown = new Set(findFaults().map(({ promise }) => promise));

    expect([...promises.keys()].filter((word) => !shown.has(word))).toEqual([]);
  });
});
