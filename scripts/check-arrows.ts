// The architecture as a program: which folder may import which (docs/architecture.md), what only one folder may do.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What every room may use: words for people, what is known of the pod on every floor, and failures. */
const ground = ['src/text', 'src/layout', 'src/outcome'];

/** What the pure rooms know of a job and a policy. */
const core = ['src/admission', 'src/security', 'src/policy', 'src/job', ...ground];

/** A folder and the folders that its imports may point at; a name with `/` or `.ts` is that folder or file alone. */
const allowed: Record<string, string[]> = {
  'src/text': [],
  'src/layout': [],
  'src/outcome': ['src/text', 'src/layout'],
  'src/job': ground,
  'src/policy': ground,
  'src/admission': ['src/policy', 'src/job', ...ground],
  'src/security': ['src/policy', 'src/job', ...ground],
  'src/pod': ['src/in-container', ...core],
  'src/diagnosis': ['src/cluster/cluster.ts', ...core],
  'src/in-container': ['src/text', 'src/layout'],
  'src/plan': ['src/pod', ...core],
  'src/ci-file': ['src/admission', 'src/policy', 'src/job', ...ground],
  'src/help-page': ['src/admission', 'src/policy', 'src/job', ...ground],
  'src/cluster/cluster.ts': [],
  'src/files': [],
  'src/cluster/kubernetes': ['src/cluster/cluster.ts', 'src/files', ...ground],
  'src/stream': ['src/cluster/cluster.ts', 'src/diagnosis', 'src/in-container', ...ground],
  'src/stage': [
    'src/stream',
    'src/plan',
    'src/pod',
    'src/diagnosis',
    'src/in-container',
    'src/cluster/cluster.ts',
    ...core,
  ],
  'src/doctor': [
    'src/sweep',
    'src/stage',
    'src/stream',
    'src/plan',
    'src/pod',
    'src/diagnosis',
    'src/cluster/cluster.ts',
    ...core,
  ],
  'src/sweep': ['src/stage', 'src/pod', 'src/cluster/cluster.ts', ...core],
  'src/check': ['src/ci-file', 'src/help-page', ...core],
  // package.json: the program's version.
  cmd: ['src', 'package.json'],
  scripts: ['src', 'cmd', 'test'],
  test: ['src', 'cmd', 'scripts'],
};

/** Folders that turn values into values: no process, files, clock or network. */
const pure = [
  'src/text',
  'src/layout',
  'src/outcome',
  'src/job',
  'src/policy',
  'src/admission',
  'src/security',
  'src/pod',
  'src/plan',
  'src/diagnosis',
  'src/in-container',
  'src/ci-file',
  'src/check',
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
