// One entry of a Docker configuration's `auths`, in the one form that every kubelet reads. A kubelet that cannot decode one
// entry pulls no image of the pod, whatever registry the entry is for, and the pod hangs (pkg/credentialprovider/config.go).

/** `auth`: base64 of `user:password`; `fault`: why the entry cannot be used, never with a value of it. */
export type DockerAuth =
  | { readonly auth: string; readonly fault?: undefined }
  | { readonly auth?: undefined; readonly fault: string };

export function readDockerAuth(entry: unknown): DockerAuth {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return { fault: 'it is no object' };
  const fields = entry as Readonly<Record<string, unknown>>;
  const strange = ['auth', 'username', 'password'].find((name) => !isText(fields[name] ?? ''));
  if (strange !== undefined) return { fault: `\`${strange}\` is no text` };
  const { auth, username, password } = fields as Readonly<Record<string, string | null | undefined>>;
  const hasToken = Boolean(fields['identitytoken'] ?? fields['registrytoken']);
  if (auth) return encode(decode(auth), '`auth` is not base64 of `user:password`', hasToken);
  const pair = username && isText(password) ? { user: bytesOf(username), password: bytesOf(password) } : null;
  return encode(pair, 'it has neither `auth` nor `username` and `password`', hasToken);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Of a user and a password, as GitLab sends them. */
export function dockerAuthOf(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

/** Both as bytes, one character each: a password need not be UTF-8. */
interface Pair {
  readonly user: string;
  readonly password: string;
}

function encode(pair: Pair | null, otherwise: string, hasToken: boolean): DockerAuth {
  if (hasToken && (pair === null || pair.password === ''))
    return {
      fault:
        'it has a token (`identitytoken`, `registrytoken`) in place of a password, and a kubelet uses none',
    };
  if (pair === null) return { fault: otherwise };
  // Only `username` can bring one; in HTTP's Basic scheme it would end the user's name.
  if (pair.user.includes(':')) return { fault: '`username` holds a `:`' };
  if (/[\0-\x1f\x7f]/.test(pair.user + pair.password))
    return {
      fault: 'its user or password holds a control character; `echo` adds a line end, `printf %s` does not',
    };
  return { auth: Buffer.from(`${pair.user}:${pair.password}`, 'latin1').toString('base64') };
}

/** As Go's encoding/base64 reads it for a kubelet: line ends do not count, and the padding may be left out. */
function decode(auth: string): Pair | null {
  const text = auth.replace(/[\r\n]/g, '');
  const bare = text.replace(/={1,2}$/, '');
  const isPadded = bare !== text;
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1 || (isPadded && text.length % 4 !== 0))
    return null;
  const [, user, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(bare, 'base64').toString('latin1')) ?? [];
  if (user === undefined || password === undefined) return null;
  // Old Docker clients filled passwords up with NULs.
  return { user, password: password.replace(/^\0+|\0+$/g, '') };
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
