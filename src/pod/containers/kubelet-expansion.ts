// The kubelet replaces `$(NAME)` in command, args and environment values. A job's text is a text.
// Source: Kubernetes, third_party/forked/golang/expansion/expand.go.

/** The text of which the kubelet makes the given one. */
export function escapeExpansion(text: string): string {
  return text.replaceAll('$', '$$$$');
}
