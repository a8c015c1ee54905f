// The repository's URL with and without the job's token, and the rewrites that put it in (helpers/url/gitauth.go).
import type { Build } from '../runner/build.ts';

export interface Rewrite {
  readonly authenticated: string;
  readonly plain: string;
}

export function withoutCredentials(build: Build): string {
  return rewriteUser(build.payload.git_info.repo_url, '');
}

/** Scheme, host and port. */
export function hostOf(build: Build): string {
  return new URL(build.payload.git_info.repo_url).origin;
}

/** None with FF_GIT_URLS_WITHOUT_TOKENS but those that turn ssh into http. */
export function credentialRewrites(build: Build): readonly Rewrite[] {
  const url = build.payload.git_info.repo_url;
  const user = `gitlab-ci-token:${build.payload.token}`;
  const withToken = (plain: string): Rewrite => ({ authenticated: rewriteUser(plain, user), plain });
  const isTokenless = build.flags.get('FF_GIT_URLS_WITHOUT_TOKENS') ?? false;
  const base = build.url.replace(/\/+$/, '');
  const tokens = isTokenless
    ? []
    : [{ authenticated: url, plain: rewriteUser(url, '') }, withToken(base), withToken(hostOf(build))];
  const sshTarget = isTokenless ? base : rewriteUser(base, user);
  const ssh = build.settings.submodules.forceHttps ? sshRewrites(sshTarget, new URL(base).hostname) : [];
  const all = [...tokens.slice(0, 2), ...ssh, ...tokens.slice(2)];
  return all.filter(
    (rewrite, index) =>
      all.findIndex(
        (other) => other.authenticated === rewrite.authenticated && other.plain === rewrite.plain,
      ) === index,
  );
}

function sshRewrites(target: string, host: string): readonly Rewrite[] {
  return [
    { authenticated: `${target}/`, plain: `git@${host}:` },
    { authenticated: target, plain: `ssh://git@${host}` },
  ];
}

/** The URL as it stands, with another user. */
function rewriteUser(url: string, user: string): string {
  return url.replace(/^(\w+:\/\/)(?:[^/@]*@)?/, `$1${user === '' ? '' : `${user}@`}`);
}

/** Matches exactly this value in `git config --replace-all`. */
export function patternFor(value: string): string {
  return `^${value.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}$`;
}
