import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../../src/cluster/kubernetes/connection/connect.ts';
import { lost } from '../../../../src/cluster/kubernetes/exec/await-end.ts';
import { listening } from '../exec-peer.ts';
import { type Answers, type Received, startFakeServer } from '../fake-api-server.ts';
import { undoAfterEach } from '../undo.ts';

const undo = undoAfterEach();

/** An exec whose upgrade is answered so. */
async function endOf(answers: Answers) {
  const server = await startFakeServer(answers);
  undo(() => server.close());
  const cluster = connect(server.connection, { env: {}, limits: { upgradeMilliseconds: 5000 } });
  undo(() => cluster.close());
  const { request, heard } = listening({ stdin: Buffer.from('never sent') });
  const end = await cluster.exec(request);
  return { end, heard, received: server.received };
}

const answering = (answer: string | ((request: Received) => string)): Answers => ({
  refuse: (request, socket: Socket) => {
    socket.end(typeof answer === 'string' ? answer : answer(request), 'latin1');
    return true;
  },
});

const upgradeTo = (more: string, { headers }: Received): string => {
  const key = `${headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${more}\r\n`;
};

describe('an upgrade to what is no exec', () => {
  // @promise outage: what answers exec is no API server: no subprotocol, a wrong one, or no HTTP — ends at the first try and says why; once a script runs, after 15 s
  it.each<[string, Answers, string]>([
    [
      'without a subprotocol',
      { protocol: false },
      'the answer to the upgrade is none of exec (Server sent no subprotocol)',
    ],
    [
      'with a subprotocol that was not offered',
      { protocol: 'chat.example.org' },
      'the answer to the upgrade is none of exec (Server sent an invalid subprotocol: "chat.example.org")',
    ],
    [
      'with an older subprotocol, which was not offered either',
      { protocol: 'channel.k8s.io' },
      'the answer to the upgrade is none of exec (Server sent an invalid subprotocol: "channel.k8s.io")',
    ],
    [
      'with the wrong key',
      answering(
        'HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      ),
      'the answer to the upgrade is none of exec (Invalid Sec-WebSocket-Accept header)',
    ],
    [
      'with an extension that nobody asked for',
      answering((request) =>
        upgradeTo('Sec-WebSocket-Protocol: v5.channel.k8s.io\r\nSec-WebSocket-Extensions: x\r\n', request),
      ),
      'the answer to the upgrade is none of exec (Server sent a Sec-WebSocket-Extensions header but no extension was requested: "v5.channel.k8s.io")',
    ],
    [
      'with a subprotocol that moves the cursor',
      answering((request) => upgradeTo('Sec-WebSocket-Protocol: x\u0080[2J\r\n', request)),
      'the answer to the upgrade is none of exec (Server sent an invalid subprotocol: "x?[2J")',
    ],
    [
      'by what speaks no HTTP',
      answering('SSH-2.0-OpenSSH_9.9\r\n'),
      'what answered the upgrade speaks no HTTP (Parse Error: Expected HTTP/, RTSP/ or ICE/)',
    ],
  ])('an upgrade to what is no exec is named as such: %s', async (_, answers, message) => {
    const { end, heard, received } = await endOf(answers);

    expect(end).toEqual({ kind: 'incompatible', message });
    expect(heard).toEqual({ stdout: '', stderr: '' });
    expect(received).toHaveLength(1);
  });
});

describe('an upgrade that is not one', () => {
  // @promise outage: a redirect or a web page as the answer to exec — not followed; ends after 15 s and says where it leads
  it.each<[string, string, number, string]>([
    ['a page', 'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<h1>Sign in</h1>\n', 200, 'Sign in'],
    ['nothing', 'HTTP/1.1 204 No Content\r\n\r\n', 204, 'HTTP 204 without a message'],
    [
      'a redirect, which is not followed',
      'HTTP/1.1 302 Found\r\nLocation: https://login.example.org/sign-in?ticket=s3cret#here\r\nContent-Length: 0\r\n\r\n',
      302,
      'a redirect to https://login.example.org/sign-in',
    ],
    [
      'a redirect to nowhere',
      'HTTP/1.1 307 X\r\nContent-Length: 0\r\n\r\n',
      307,
      'HTTP 307 without a message',
    ],
    [
      'a page without end',
      `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(300_000)}`,
      200,
      'HTTP 200 without a message',
    ],
  ])('an upgrade that is not one is refused with %s', async (_, answer, httpStatus, message) => {
    const { end, received } = await endOf(answering(answer));

    expect(end).toEqual({ kind: 'refused', httpStatus, reason: '', message });
    expect(received).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['nothing at all', ''],
    ['half an answer', 'HTTP/1.1 101 Switching'],
  ])('an upgrade may succeed next time after %s', async (_, answer) => {
    const { end } = await endOf(answering(answer));

    expect(end).toEqual(
      lost(expect.stringMatching(/^the connection was closed without a status \(1006, /) as string),
    );
  });
});
