// The addresses that credentials are for, and which images they open. Sources of the rules: GitLab Runner
// (helpers/docker/auth, convertToRegistryPath) and the kubelet, which does the looking up (pkg/credentialprovider/keyring.go).

/** Longer ones match no image: a name with its registry has 255 characters at most. */
const maxLength = 255;

const host = /^(?:[a-z0-9*](?:[a-z0-9.*_-]*[a-z0-9*])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const path = /^(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;

/**
 * `host[:port][/path]`, without what only some tools write around it: scheme, `/v1/`, a tag, a slash at the end. Docker
 * Hub is `docker.io`. The host keeps its capitals.
 *
 * @returns null: no image can have this address
 */
export function readRegistryAddress(written: string): string | null {
  if (written.length > maxLength) return null;
  const bare = written
    .replace(/^https?:\/\//i, '')
    .replace(/^([^/]+)\/v[12](?=\/|$)/, '$1')
    .replace(/\/+$/, '')
    .replace(/(\/[^/:]*):[^/:]*$/, '$1');
  const slash = bare.indexOf('/');
  const name = slash < 0 ? bare : bare.slice(0, slash);
  const rest = slash < 0 ? '' : bare.slice(slash);
  if (!host.test(name) || !path.test(rest)) return null;
  return `${name.toLowerCase() === 'index.docker.io' ? 'docker.io' : name}${rest}`;
}

/** As the kubelet matches: each part of the host may hold `*`, and the path must begin so. Capitals do not matter in a host. */
export function isAddressOf(
  address: string,
  image: { readonly registry: string; readonly path: string },
): boolean {
  const slash = `${address}/`.indexOf('/');
  const wanted = splitHost(address.slice(0, slash));
  const { parts, port } = splitHost(image.registry);
  return (
    wanted.port === port &&
    wanted.parts.length === parts.length &&
    wanted.parts.every((pattern, index) => matchesPart(pattern, parts[index] ?? '')) &&
    `/${image.path}`.startsWith(address.slice(slash))
  );
}

function splitHost(name: string): { readonly parts: readonly string[]; readonly port: string } {
  const port = /:\d+$/.exec(name)?.[0] ?? '';
  return {
    parts: name
      .slice(0, name.length - port.length)
      .toLowerCase()
      .split('.'),
    port,
  };
}

/** `*` is any text; each piece is taken where it comes first, so that no pattern takes long. */
function matchesPart(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
