// Image names as a container runtime reads them: short names get Docker Hub, no tag means latest.

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const grammar = new RegExp(
  `^(?<path>${component}(?:/${component})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>[A-Za-z]\\w*:[0-9a-fA-F]{32,}))?$`,
);
const host = /^([^/]*[.:][^/]*|localhost|[^/]*[A-Z][^/]*)\//;

export type ImageName =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'invalid'; readonly why: string };

/** The full name with registry and tag; a digest is kept and the tag dropped. */
export function fullImageName(text: string): ImageName {
  const registry = host.exec(text)?.[1];
  const rest = registry === undefined ? text : text.slice(registry.length + 1);
  const groups = grammar.exec(rest)?.groups;
  if (!groups) return { kind: 'invalid', why: complaint(rest) };
  const { path = '', tag, digest } = groups;
  const hub = registry === undefined || registry === 'index.docker.io' || registry === 'docker.io';
  const repository = hub && !path.includes('/') ? `library/${path}` : path;
  const suffix = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return { kind: 'name', name: `${hub ? 'docker.io' : registry}/${repository}${suffix}` };
}

const complaint = (text: string): string =>
  /[A-Z]/.test(text.split(':')[0] ?? '')
    ? `invalid reference format: repository name (${text.split(':')[0] ?? ''}) must be lowercase`
    : 'invalid reference format';
