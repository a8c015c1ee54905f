import { expect, test } from 'vitest';
import { escapeExpansion } from '../../../src/pod/containers/kubelet-expansion.ts';

/** What the kubelet does (third_party/forked/golang/expansion/expand.go): `$$` is `$`, `$(NAME)` is the variable's value. */
function expand(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (variables[name ?? ''] ?? whole),
  );
}

test.for(['plain', '$', '$$', '$(A)', '$$(A)', '$($(A))', 'a$b$(A)$$', '$(', '\\$(A)', '$&'])(
  'an argument arrives as it was written: %s',
  (text) => {
    expect(expand(escapeExpansion(text), { A: 'expanded' })).toBe(text);
  },
);
