// A row of fixtures/kubeconfigs: a kubeconfig, and what client-go made of it.
import { createServerIdentity } from '../../embedded-cluster/tls/certificate.ts';

/** One row of fixtures/kubeconfigs. `@WORDS@` in its texts are filled in. */
export interface KubeconfigCase {
  readonly name: string;
  /** The whole kubeconfig; otherwise the ordinary one with these parts of it. */
  readonly text?: string;
  readonly user?: string;
  readonly cluster?: string;
  readonly context?: string;
  /** One more line at the top level. */
  readonly top?: string;
  readonly encoding?: 'utf16le';
  /** Further files. */
  readonly files?: Readonly<Record<string, string>>;
  /** The names in KUBECONFIG; otherwise the policy names `config`. */
  readonly list?: readonly string[];
  /** `cluster.context` of the policy. */
  readonly ask?: string;
  /** What ./plugin prints; `FAIL`: it exits with 3. */
  readonly answer?: string;
  /** What client-go 0.36.0 made of it. */
  readonly kubectl: Outcome;
  /** Where ours differs, and why that is meant. */
  readonly ours?: Outcome;
  readonly because?: string;
}

export interface Outcome {
  /** `refused`, `nobody`, or what the API server saw: `token abc + certificate alice + path /p/version`. */
  readonly as: string;
  /** ./plugin ran. */
  readonly ran?: true;
  /** The cluster that KUBERNETES_EXEC_INFO told it of. */
  readonly told?: unknown;
}

/** Kubeconfigs hold hers. */
export const alice = createServerIdentity(new Date(), 'alice');
/** Plugins answer with his. */
const bob = createServerIdentity(new Date(), 'bob');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

const ordinaryCluster = 'server: "@SERVER@", certificate-authority-data: @CA@';

/** The kubeconfig's text, words not filled in. */
export function kubeconfigText({
  text,
  user = '{token: abc}',
  cluster = ordinaryCluster,
  context = 'cluster: c, user: u',
  top,
}: KubeconfigCase): string {
  return (
    text ??
    `apiVersion: v1
kind: Config
current-context: main
contexts:
- {name: main, context: {${context}}}
clusters:
- name: c
  cluster: {${cluster}}
users:
- name: u
  user: ${user}
${top === undefined ? '' : `${top}\n`}`
  );
}

/** What `@WORDS@` stand for. @param authority PEM of whom the server's certificate is from */
export function wordsFor(server: string, authority: string): Readonly<Record<string, string>> {
  let unpadded = authority;
  while (!base64(unpadded).endsWith('=')) unpadded += '\n';
  return {
    SERVER: server,
    SERVERCAPS: server.replace('https', 'HTTPS'),
    HOSTPORT: server.replace('https://', ''),
    CA: base64(authority),
    CAPEM: escaped(authority),
    CALINES: (base64(authority).match(/.{1,64}/g) ?? []).join('\n      '),
    CANOPAD: base64(unpadded).replace(/=+$/, ''),
    CAURL: base64(`~~~???>>>\n${authority}`).replace(/\+/g, '-').replace(/\//g, '_'),
    CAWORDS: base64(`some words\n${authority}`),
    CABROKENFIRST: base64(broken + authority),
    CABROKEN: base64(broken),
    CATWO: base64(alice.certificateAuthorityPem + authority),
    CACUT: base64(authority.slice(0, 200)),
    CERT: base64(alice.certificatePem),
    KEY: base64(alice.privateKeyPem),
    OTHERKEY: base64(bob.privateKeyPem),
    CERTTEXT: escaped(bob.certificatePem),
    KEYTEXT: escaped(bob.privateKeyPem),
    OTHERKEYTEXT: escaped(alice.privateKeyPem),
  };
}

/** So that what a plugin was told can stand in a fixture. */
export function fillBack(words: Readonly<Record<string, string>>): (text: string) => string {
  const told = ['SERVER', 'CAWORDS', 'CA'];
  return (text) => told.reduce((rest, word) => rest.replaceAll(words[word] ?? '', `@${word}@`), text);
}
