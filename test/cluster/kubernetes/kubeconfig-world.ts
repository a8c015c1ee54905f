// A directory as a kubeconfig knows it (token, certificates, plugins) before an API server that tells as whom it was spoken to.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect } from '../../../src/cluster/kubernetes/connection/connect.ts';
import { resolveConnection } from '../../../src/cluster/kubernetes/connection/resolve-connection.ts';
import { json, type Received, startFakeServer } from './fake-api-server.ts';
import {
  alice,
  fillBack,
  type KubeconfigCase,
  kubeconfigText,
  type Outcome,
  wordsFor,
} from './kubeconfig-case.ts';

interface Asked {
  readonly error?: Error;
  /** As the attempt state would hold it; absent when the kubeconfig was refused. */
  readonly connection?: string;
}

export interface KubeconfigWorld {
  /** The first request since the latest kubeconfig was laid out; null: none came. */
  seen(): string | null;
  lay(row: KubeconfigCase): { readonly directory: string; readonly files: readonly string[] };
  /** Reads the kubeconfig and asks for the server's version. */
  ask(row: KubeconfigCase): Promise<Outcome & Asked>;
  close(): Promise<void>;
}

export async function startKubeconfigWorld(): Promise<KubeconfigWorld> {
  const server = await startFakeServer({
    asksForCertificate: true,
    answer: (_, response) => json(response, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0' }),
  });
  const root = mkdtempSync(join(tmpdir(), 'kubeconfig-world-'));
  const authority = (server.connection.certificateAuthority as { readonly pem: string }).pem;
  const words = wordsFor(server.connection.server, authority);
  let count = 0;
  let before = 0;
  const seen = (): string | null => {
    const request = server.received[before];
    return request ? whoIs(request) : null;
  };

  const lay: KubeconfigWorld['lay'] = (row) => {
    const directory = join(root, `${count++}`);
    before = server.received.length;
    const known: Readonly<Record<string, string>> = { ...words, DIR: directory };
    const fill = (text: string) => text.replace(/@(\w+)@/g, (all, word: string) => known[word] ?? all);
    const write = (name: string, text: string, mode = 0o644, encoding: BufferEncoding = 'utf8'): void => {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), Buffer.from(fill(text), encoding));
      chmodSync(join(directory, name), mode);
    };
    mkdirSync(join(directory, 'directory'), { recursive: true });
    write('ca.crt', authority);
    write('tls.crt', alice.certificatePem);
    write('tls.key', alice.privateKeyPem);
    write('token', 'from-file\n');
    write('empty', '');
    write('plugin', pluginScript(row.answer ?? answerOf('from-plugin')), 0o755);
    write('bin/plugin', `#!/bin/sh\necho '${answerOf('from-bin')}'\n`, 0o755);
    write('config', kubeconfigText(row), 0o600, row.encoding);
    for (const [name, text] of Object.entries(row.files ?? {})) write(name, text);
    return { directory, files: (row.list ?? ['config']).map((name) => join(directory, name)) };
  };

  return {
    seen,
    lay,
    ask: async (row) => {
      const { directory, files } = lay(row);
      const asked: { connection?: string } = {};
      const error = await connectAndAsk(row, files, asked).catch((thrown: unknown) => thrown as Error);
      // Where it stands is chance, and no part of what it says.
      if (error) error.message = error.message.replaceAll(directory, '');
      return {
        ...asked,
        as: error ? 'refused' : (seen() ?? 'unseen'),
        ...pluginTraces(directory, fillBack(words)),
        ...(error && { error }),
      };
    },
    close: async () => {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function connectAndAsk(
  row: KubeconfigCase,
  files: readonly string[],
  asked: { connection?: string },
): Promise<undefined> {
  const connection = await resolveConnection({
    namespace: 'ci',
    ...(row.list ? { env: { KUBECONFIG: files.join(':') } } : { env: {}, kubeconfig: files[0]! }),
    ...(row.ask !== undefined && { context: row.ask }),
    serviceAccountDirectory: '/nowhere',
  });
  asked.connection = JSON.stringify(connection);
  const cluster = connect(connection, { env: {}, limits: { pauseMilliseconds: 1 } });
  try {
    await cluster.serverVersion();
  } finally {
    cluster.close();
  }
}

function whoIs({ headers, client, target }: Received): string {
  const words = [
    headers.authorization?.replace(/^Bearer /, 'token '),
    client && `certificate ${client}`,
    headers['impersonate-user'] && `as ${headers['impersonate-user'] as string}`,
    target !== '/version' && `path ${target}`,
  ].filter(Boolean);
  return words.join(' + ') || 'nobody';
}

function answerOf(token: string): string {
  return `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${token}"}}`;
}

function pluginScript(answer: string): string {
  const print = answer === 'FAIL' ? 'echo trouble >&2\nexit 3' : `cat <<'END'\n${answer}\nEND`;
  return `#!/bin/sh\nprintf %s "$KUBERNETES_EXEC_INFO" >'@DIR@/info'\n${print}\n`;
}

function pluginTraces(
  directory: string,
  fillBackWords: (text: string) => string,
): Pick<Outcome, 'ran' | 'told'> {
  const info = join(directory, 'info');
  if (!existsSync(info)) return {};
  const { spec } = JSON.parse(fillBackWords(readFileSync(info, 'utf8'))) as {
    readonly spec: { readonly cluster?: unknown };
  };
  return { ran: true, ...(spec.cluster !== undefined && { told: spec.cluster }) };
}
