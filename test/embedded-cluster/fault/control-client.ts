// The caller's side of the control endpoint.
import { request } from 'node:https';
import type { Control } from './faults.ts';

export interface ControlAddress {
  readonly port: number;
  readonly token: string;
  readonly certificateAuthorityPem: string;
}

/** An object with a method for each name, which posts its only argument. */
export function connectControl(address: ControlAddress): Control {
  return new Proxy({} as Control, {
    get: (_target, name) =>
      // A promise would be taken for a thenable.
      name === 'then' ? undefined : (options: unknown = {}) => call(address, String(name), options),
  });
}

function call(
  { port, token, certificateAuthorityPem }: ControlAddress,
  name: string,
  options: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: `/${name}`,
        method: 'POST',
        ca: certificateAuthorityPem,
        agent: false,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => {
          const answer = JSON.parse(text) as { result?: unknown; message?: string };
          if (response.statusCode === 200) resolve(answer.result ?? undefined);
          else reject(new Error(`${name}: ${answer.message ?? text}`));
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(options));
  });
}
