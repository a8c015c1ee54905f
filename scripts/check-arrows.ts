// The architecture as a program: which folder may import which (docs/architecture.md), what only one folder may do.
import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/**
 * A folder and the folders that its imports point at; a name with `/` or `.ts` is that folder or file alone. A permission that nobody
 * uses is a fault too: it would be the first to be misused.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/text': [],
  'src/layout': [],
  'src/outcome': ['src/text'],
  'src/job': ['src/outcome', 'src/layout'],
  'src/policy': ['src/outcome', 'src/layout', 'src/text'],
  'src/admission': ['src/policy', 'src/job', 'src/outcome', 'src/layout', 'src/text'],
  'src/security': ['src/policy', 'src/layout', 'src/text'],
  'src/pod': [
    'src/admission',
    'src/security',
    'src/in-container',
    'src/policy',
    'src/job',
    'src/layout',
    'src/text',
  ],
  'src/diagnosis': ['src/cluster/cluster.ts', 'src/outcome', 'src/layout', 'src/text'],
  'src/in-container': ['src/layout'],
  'src/plan': ['src/pod', 'src/admission', 'src/security', 'src/policy', 'src/job', 'src/layout', 'src/text'],
  'src/workspace': [
    'src/pod',
    'src/admission',
    'src/security',
    'src/cluster/cluster.ts',
    'src/policy',
    'src/job',
    'src/layout',
  ],
  'src/ci-file': ['src/admission', 'src/outcome', 'src/text'],
  'src/help-page': ['src/check', 'src/ci-file', 'src/admission', 'src/policy', 'src/outcome', 'src/text'],
  'src/cluster/cluster.ts': [],
  'src/files': [],
  'src/cluster/kubernetes': ['src/cluster/cluster.ts', 'src/files', 'src/outcome', 'src/text'],
  // A proxy is one way for both.
  'src/registry': ['src/cluster/kubernetes/proxy', 'src/text'],
  'src/stream': [
    'src/diagnosis',
    'src/in-container',
    'src/cluster/cluster.ts',
    'src/outcome',
    'src/layout',
    'src/text',
  ],
  'src/record': [
    'src/stage/stage-io.ts',
    'src/cluster/kubernetes/proxy',
    'src/cluster/cluster.ts',
    'src/admission',
    'src/policy',
    'src/job',
    'src/outcome',
    'src/layout',
    'src/text',
  ],
  'src/stage': [
    'src/stream',
    'src/workspace',
    'src/plan',
    'src/pod',
    'src/diagnosis',
    'src/in-container',
    'src/cluster/cluster.ts',
    'src/registry/registries.ts',
    'src/admission',
    'src/security',
    'src/policy',
    'src/job',
    'src/outcome',
    'src/layout',
    'src/text',
  ],
  'src/doctor': [
    'src/resident',
    'src/sweep',
    'src/stage',
    'src/stream',
    'src/in-container',
    'src/plan',
    'src/pod',
    'src/diagnosis',
    'src/cluster/cluster.ts',
    'src/admission',
    'src/security',
    'src/policy',
    'src/job',
    'src/outcome',
    'src/layout',
    'src/text',
  ],
  'src/sweep': [
    'src/workspace',
    'src/pod',
    'src/cluster/cluster.ts',
    'src/policy',
    'src/outcome',
    'src/text',
  ],
  'src/resident': ['src/outcome'],
  'src/check': ['src/record/compare-records.ts', 'src/ci-file', 'src/admission', 'src/policy', 'src/text'],
  // package.json: the program's version; the sample: a job for print-pod.
  cmd: ['src', 'cmd', 'package.json', 'config/sample-job.json'],
  'src/import-config': [
    'src/pod',
    'src/admission',
    'src/security',
    'src/policy',
    'src/outcome',
    'src/layout',
    'src/text',
  ],
  scripts: ['src', 'cmd', 'test'],
  test: ['src', 'cmd', 'scripts'],
};

/** Folders of one room that do not know each other: what both need stands above them. */
const apart: readonly (readonly [string, string])[] = [['src/stage/prepare', 'src/stage/run']];

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
  'src/workspace',
  'src/diagnosis',
  'src/in-container',
  'src/ci-file',
  'src/check',
  'src/help-page',
  'src/import-config',
];

/** Runs in browsers, which have no modules of Node; it debounces what people type. */
const inBrowsers = 'src/help-page/browser';

/** The builtin modules of Node that a pure folder may use, and their exports. */
const pureBuiltins: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'createPublicKey', 'KeyObject', 'X509Certificate'],
  'node:path/posix': ['dirname', 'normalize'],
};

/** By these, whoever has no import reaches the process, the network, the clock or chance. */
const processNames = new Set(['process', 'globalThis', 'global', 'require']);
const impureNames = new Set([
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'fetch',
  'crypto',
  'WebSocket',
  'EventSource',
  'Temporal',
]);
const impureMembers = new Set(['Date.now', 'Math.random', 'AbortSignal.timeout']);

const isIn = (file: string, place: string): boolean => file === place || file.startsWith(`${place}/`);

/** @param sources each file's text by its path. @returns what breaks the architecture, a line each */
export function findArrowFaults(sources: ReadonlyMap<string, string>): string[] {
  const used = new Set<string>();
  const faults = [...sources].flatMap(([file, text]) => faultsOf(file, text, used));
  return [...faults, ...unusedArrows(sources, used), ...circles(sources)];
}

function faultsOf(file: string, text: string, used: Set<string>): string[] {
  const home = Object.keys(allowed)
    .filter((place) => isIn(file, place))
    .sort((a, b) => b.length - a.length)[0];
  if (home === undefined)
    return [`${file}: its folder is not in the list of scripts/check-arrows.ts; new folders need an arrow`];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return [
    ...importsOf(source).flatMap((found) =>
      found.target.startsWith('.')
        ? checkArrow(file, home, found.target, used)
        : checkModule(file, home, found),
    ),
    ...reachesOf(file, source),
  ];
}

const isPure = (file: string): boolean => pure.some((place) => isIn(file, place)) && !isIn(file, inBrowsers);

function checkArrow(file: string, home: string, target: string, used: Set<string>): string[] {
  const place = normalize(join(dirname(file), target));
  const isApart = apart.some(
    ([one, other]) => (isIn(file, one) && isIn(place, other)) || (isIn(file, other) && isIn(place, one)),
  );
  if (isApart) return [`${file} → ${place}: what both folders need stands above them`];
  if (isIn(place, home)) return [];
  const open = allowed[home] ?? [];
  const arrow = open.find((folder) => isIn(place, folder));
  if (arrow === undefined)
    return [
      `${file} → ${place}: ${home} may import ${open.length > 0 ? open.join(', ') : 'nothing of the project'}`,
    ];
  used.add(`${home} → ${arrow}`);
  return [];
}

function checkModule(file: string, home: string, { target, names }: Import): string[] {
  if (target.startsWith('@gitlab-pod-executor/'))
    return [`${file}: imports ${target}; a workspace is imported by its path, which shows the arrow`];
  if (target === '@kubernetes/client-node' && home !== 'test')
    return [`${file}: imports the Kubernetes client, which is here for tests only`];
  if (!file.startsWith('src/')) return [];
  if (target === '')
    return [`${file}: imports by a name that is made up at run time; nobody sees where it points`];
  if (!isBuiltin(target)) return [];
  if (/^(node:)?process$/.test(target)) return [readsProcess(file)];
  if (!isPure(file)) return [];
  const open = pureBuiltins[target] ?? [];
  const closed = names.filter((name) => !open.includes(name));
  return closed.map(
    (name) =>
      `${file}: imports ${name} of ${target}; a pure folder takes text and values (scripts/check-arrows.ts)`,
  );
}

const readsProcess = (file: string): string =>
  `${file}: reads \`process\`; only cmd/ may, and hands on what is needed`;

interface Import {
  /** Empty: made up at run time. */
  readonly target: string;
  /** `*`: all of it. */
  readonly names: readonly string[];
}

function importsOf(source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  visit(source, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ target: node.moduleSpecifier.text, names: importedNames(node.importClause) });
    if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ target: node.moduleSpecifier.text, names: ['*'] });
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (ts.isStringLiteral(literal)) found.push({ target: literal.text, names: ['*'] });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      found.push({ target: target && ts.isStringLiteralLike(target) ? target.text : '', names: ['*'] });
    }
  });
  return found;
}

function importedNames(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  if (clause === undefined || clause.name || !bindings || !ts.isNamedImports(bindings)) return ['*'];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

/** What a file reaches without an import. */
function reachesOf(file: string, source: ts.SourceFile): string[] {
  if (!file.startsWith('src/')) return [];
  const closed = isPure(file);
  const faults = new Set<string>();
  visit(source, (node) => {
    if (ts.isIdentifier(node) && isReference(node)) {
      if (processNames.has(node.text)) faults.add(readsProcess(file));
      if (closed && impureNames.has(node.text)) faults.add(readsWorld(file, node.text));
    }
    if (closed && ts.isPropertyAccessExpression(node) && impureMembers.has(node.getText(source)))
      faults.add(readsWorld(file, node.getText(source)));
    if (closed && isNow(node, source)) faults.add(readsWorld(file, node.getText(source)));
  });
  return [...faults];
}

const readsWorld = (file: string, what: string): string =>
  `${file}: uses ${what}; a pure folder takes clock, chance and answers as arguments`;

/** `new Date()`, and `Date()` with whatever it is given. */
function isNow(node: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isCallExpression(node)) return node.expression.getText(source) === 'Date';
  return (
    ts.isNewExpression(node) && node.expression.getText(source) === 'Date' && !(node.arguments?.length ?? 0)
  );
}

/** Not the name of a member, a key or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false;
  const { name } = parent as { readonly name?: ts.Node };
  return name !== node;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

function unusedArrows(sources: ReadonlyMap<string, string>, used: ReadonlySet<string>): string[] {
  return Object.entries(allowed).flatMap(([home, arrows]) => {
    if (![...sources.keys()].some((file) => isIn(file, home))) return [];
    return arrows
      .filter((arrow) => arrow !== home && !used.has(`${home} → ${arrow}`))
      .map((arrow) => `${home} → ${arrow}: nobody uses this permission; take it off the list`);
  });
}

/** Files of the program that import each other, types included: none of them can be read alone. Each circle once. */
function circles(sources: ReadonlyMap<string, string>): string[] {
  const found = new Map<string, string>();
  const done = new Set<string>();
  const follow = (file: string, way: readonly string[]): void => {
    const start = way.indexOf(file);
    if (start >= 0) {
      const circle = way.slice(start);
      found.set(
        [...circle].sort().join(),
        `${[...circle, file].join(' → ')}: a circle; give what they share a file`,
      );
    }
    if (start >= 0 || done.has(file)) return;
    for (const target of importedFiles(file, sources.get(file) ?? '')) follow(target, [...way, file]);
    done.add(file);
  };
  for (const file of sources.keys()) if (/^(cmd|src)\//.test(file)) follow(file, []);
  return [...found.values()];
}

function importedFiles(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return importsOf(source)
    .filter(({ target }) => target.startsWith('.') && target.endsWith('.ts'))
    .map(({ target }) => normalize(join(dirname(file), target)));
}

if (import.meta.main) {
  const files = globSync(['cmd/**/*.ts', 'src/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts']);
  const faults = findArrowFaults(new Map(files.map((file) => [file, readFileSync(file, 'utf8')])));
  if (faults.length > 0) {
    console.error(faults.map((fault) => `arrow: ${fault}`).join('\n'));
    process.exit(1);
  }
  console.log(`arrows: ${files.length} files, every import points the allowed way`);
}
