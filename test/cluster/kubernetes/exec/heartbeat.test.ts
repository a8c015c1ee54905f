import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { defaultLimits } from '../../../../src/cluster/kubernetes/limits.ts';
import { exitStatus, finish, listening, send } from '../exec-peer.ts';
import { type Answers, startFakeServer } from '../fake-api-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();
const silent = (): void => undefined;
const quick = { pingMilliseconds: 50 };
/** Two pings long enough for a busy machine to answer between them. */
const unhurried = { pingMilliseconds: 500 };

async function clusterOf(answers: Answers, limits = quick) {
  const server = await startFakeServer(answers);
  undo(() => server.close());
  return connect(server.connection, { env: {}, limits });
}

describe('the heartbeat of an exec', () => {
  it('the heartbeat is asked for before load balancers give up, and lost after 10 s', () => {
    expect(defaultLimits.pingMilliseconds).toBeLessThanOrEqual(5000);
  });

  it('keeps a silent command for as long as the server answers', async () => {
    let pings = 0;
    const cluster = await clusterOf(
      {
        exec: (peer) => {
          peer.on('ping', () => {
            pings += 1;
            if (pings === 4) finish(peer, exitStatus(5));
          });
        },
      },
      unhurried,
    );

    expect(await cluster.exec(listening().request)).toEqual({ kind: 'exited', code: 5 });
  });

  it('gives a server up that has stopped answering', async () => {
    const cluster = await clusterOf({
      exec: (peer) => {
        peer.pong = silent;
        send(peer, 1, 'last words');
      },
    });
    const { request, heard } = listening();

    expect(await cluster.exec(request)).toEqual({
      kind: 'lost',
      message: 'the API server does not answer any more',
    });
    expect(heard.stdout).toBe('last words');
  });

  it('takes output for an answer', async () => {
    const cluster = await clusterOf(
      {
        exec: (peer) => {
          peer.pong = silent;
          let left = 20;
          const timer = setInterval(() => {
            send(peer, 1, '.');
            left -= 1;
            if (left > 0) return;
            clearInterval(timer);
            finish(peer);
          }, 100);
        },
      },
      unhurried,
    );
    const { request, heard } = listening();

    expect(await cluster.exec(request)).toEqual({ kind: 'exited', code: 0 });
    expect(heard.stdout).toBe('.'.repeat(20));
  });

  it('does not blame the server while our own reader is slow', async () => {
    const cluster = await clusterOf({
      exec: (peer) => {
        for (let frame = 0; frame < 40; frame++) send(peer, 1, Buffer.alloc(32 * 1024));
        finish(peer);
      },
    });
    let isFirst = true;
    const stdout = async (): Promise<void> => {
      if (isFirst) await new Promise((resolve) => setTimeout(resolve, 400));
      isFirst = false;
    };

    expect(await cluster.exec({ ...listening().request, stdout })).toEqual({ kind: 'exited', code: 0 });
  });

  it('the heartbeat is as strict as ever once a large stdin was taken', async () => {
    let unanswered = 0;
    const cluster = await clusterOf({
      exec: (peer) => {
        let isTaken = false;
        peer.on('message', (data: Buffer) => {
          isTaken ||= data[0] === 255;
        });
        peer.on('ping', () => {
          if (peer.pong === silent) unanswered += 1;
          // This one, sent after all of stdin, was answered; no other will be.
          if (isTaken) peer.pong = silent;
        });
      },
    });

    const end = await cluster.exec({ ...listening().request, stdin: Buffer.alloc(200_000) });

    expect(end.kind).toBe('lost');
    expect(unanswered).toBeLessThan(6);
  });

  it('the heartbeat allows for a container that takes its stdin slowly, since pings queue behind it', async () => {
    const cluster = await clusterOf({
      exec: (peer) => {
        peer.pause();
        setTimeout(() => peer.resume(), 400);
        peer.on('message', (data: Buffer) => {
          if (data[0] === 255) finish(peer);
        });
      },
    });

    const end = await cluster.exec({ ...listening().request, stdin: Buffer.alloc(200_000) });

    expect(end).toEqual({ kind: 'exited', code: 0 });
  });
});
