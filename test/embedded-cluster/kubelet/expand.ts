// `$(NAME)` in command, args and env values, as the kubelet expands it: unknown names stay as they are, `$$` is one `$`.

export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (match: string, name?: string) =>
    name === undefined ? '$' : (variables.get(name) ?? match),
  );
}
