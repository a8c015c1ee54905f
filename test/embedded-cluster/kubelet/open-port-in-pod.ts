// Runs in a pod's network namespace, for a moment: listens on 127.0.0.1 and hands the socket to its parent.
import { createServer } from 'node:net';

const server = createServer();
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  process.send?.('listening', server, {}, () => process.exit());
});
