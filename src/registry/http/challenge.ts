// What a registry wants to see before it answers: the header WWW-Authenticate (RFC 9110, and the token scheme of the distribution
// project).

export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: URL; readonly service: string | null };

/** Longer ones are no challenge. */
const maxLength = 4096;

/** Bearer before Basic, as with containerd. null: nothing that we can answer. */
export function readChallenge(header: string | undefined): Challenge | null {
  const text = (header ?? '').slice(0, maxLength);
  const bearer = /(?:^|[\s,])bearer\s+(.*)$/i.exec(text)?.[1];
  if (bearer !== undefined) {
    const realm = URL.parse(parameter(bearer, 'realm') ?? '');
    if (realm !== null) return { scheme: 'bearer', realm, service: parameter(bearer, 'service') };
  }
  return /(?:^|[\s,])basic(?:[\s,]|$)/i.test(text) ? { scheme: 'basic' } : null;
}

function parameter(text: string, name: string): string | null {
  const { quoted, bare } =
    new RegExp(`(?:^|[\\s,])${name}=(?:"(?<quoted>[^"]*)"|(?<bare>[^\\s,"]+))`, 'i').exec(text)?.groups ?? {};
  return quoted ?? bare ?? null;
}
