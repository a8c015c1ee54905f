// The architecture as a program: which folder may import which (docs/architecture.md), what only one folder may do.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A folder and the folders that its imports may point at; a name with `/` or `.ts` is that folder or file alone. */
const allowed: Record<string, string[]> = {
  'src/outcome': [],
  'src/job': ['src/outcome'],
  'src/policy': ['src/outcome'],
  'src/admission': ['src/policy', 'src/job', 'src/outcome'],
  'src/security': ['src/policy', 'src/job', 'src/outcome'],
  'src/pod': ['src/admission', 'src/security', 'src/policy', 'src/job', 'src/outcome'],
  'src/ci-file': ['src/admission', 'src/policy', 'src/job', 'src/outcome'],
  'src/help-page': ['src/admission', 'src/policy', 'src/job', 'src/outcome'],
  'src/cluster/cluster.ts': [],
  'src/cluster/kubernetes': ['src/cluster/cluster.ts', 'src/outcome'],
  'src/stream': ['src/cluster/cluster.ts', 'src/outcome'],
  'src/stage': [
    'src/stream',
    'src/pod',
    'src/help-page',
    'src/ci-file',
    'src/admission',
    'src/security',
    'src/policy',
    'src/job',
    'src/outcome',
    'src/cluster/cluster.ts',
  ],
  // package.json: the program's version.
  cmd: ['src', 'package.json'],
  scripts: ['src', 'cmd', 'test'],
  test: ['src', 'cmd', 'scripts'],
};

/** Folders that turn values into values: no process, files, clock or network. */
const pure = [
  'src/job',
  'src/policy',
  'src/admission',
  'src/security',
  'src/pod',
  'src/ci-file',
  'src/help-page',
];
const impureModules =
  /^(node:)?(fs|fs\/promises|net|tls|https?|child_process|os|dns|timers.*|worker_threads)$/;

const files = globSync(['cmd/**/*.ts', 'src/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts']);
const faults: string[] = [];

for (const file of files) {
  const home = Object.keys(allowed)
    .filter((place) => file === place || file.startsWith(`${place}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (home === undefined) {
    faults.push(
      `${file}: its folder is not in the list of scripts/check-arrows.ts; new folders need an arrow`,
    );
    continue;
  }
  const text = readFileSync(file, 'utf8');
  for (const target of importsOf(text)) checkImport(file, home, target);
  if (
    !/^(cmd|scripts|test)\//.test(file) &&
    /(?<![.\w])process\.(?!getBuiltinModule)/.test(withoutComments(text))
  ) {
    faults.push(`${file}: reads \`process\`; only cmd/ may, and hands on what is needed`);
  }
  if (
    pure.some((place) => file.startsWith(`${place}/`)) &&
    /\b(Date\.now|new Date\(\)|Math\.random)\b/.test(withoutComments(text))
  ) {
    faults.push(`${file}: reads the clock or chance; a pure folder takes them as arguments`);
  }
}

function checkImport(file: string, home: string, target: string): void {
  if (!target.startsWith('.')) {
    if (target.startsWith('@gitlab-pod-executor/'))
      faults.push(`${file}: imports ${target}; a workspace is imported by its path, which shows the arrow`);
    if (pure.some((place) => file.startsWith(`${place}/`)) && impureModules.test(target)) {
      faults.push(`${file}: imports ${target}; a pure folder takes text and values`);
    }
    if (target === '@kubernetes/client-node' && home !== 'test') {
      faults.push(`${file}: imports the Kubernetes client, which is here for tests only`);
    }
    return;
  }
  const place = normalize(join(dirname(file), target));
  if (place === home || place.startsWith(`${home}/`)) return;
  const open = allowed[home] ?? [];
  if (home === 'cmd' && place.startsWith('cmd/')) return;
  if (open.some((arrow) => place === arrow || place.startsWith(`${arrow}/`))) return;
  faults.push(
    `${file} → ${place}: ${home} may import ${open.length > 0 ? open.join(', ') : 'nothing of the project'}`,
  );
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|[\s;])(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;])import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

if (faults.length > 0) {
  console.error(faults.map((fault) => `arrow: ${fault}`).join('\n'));
  process.exit(1);
}
console.log(`arrows: ${files.length} files, every import points the allowed way`);
