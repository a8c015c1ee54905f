// The side endpoint: its own port and token, so that it works while the API server is away or refuses everybody.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { sendJson, sendRefusal } from '../api/answer.ts';
import { authenticate } from '../api/authenticate.ts';
import { readJsonBody } from '../api/request.ts';
import { badRequest, noSuchPath } from '../api/status.ts';
import type { ServerIdentity } from '../tls/certificate.ts';

type Commands = Readonly<Record<string, (options: never) => unknown>>;

/** Resolves to the port. `POST /NAME` with the options as JSON calls that command. */
export async function startControlServer(settings: {
  readonly identity: ServerIdentity;
  readonly token: string;
  readonly commands: object;
}): Promise<number> {
  const { identity, token } = settings;
  const commands = settings.commands as Commands;
  const server = createServer({ key: identity.privateKeyPem, cert: identity.certificatePem });
  server.on('request', (incoming, response) => {
    const serve = async (): Promise<void> => {
      authenticate(incoming, new Set([token]));
      const name = (incoming.url ?? '').slice(1);
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (!command || incoming.method !== 'POST') throw noSuchPath();
      const options = (await readJsonBody(incoming)) as never;
      const result = await Promise.resolve()
        .then(() => command(options))
        .catch((error: unknown) => {
          throw badRequest(error instanceof Error ? error.message : String(error));
        });
      sendJson(response, 200, { result: result ?? null });
    };
    serve().catch((error: unknown) => sendRefusal(response, error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
