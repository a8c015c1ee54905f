// The house rules that no other tool knows: one exported name once, the pod's contract in one place each, rooms that can be seen
// at a glance.
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';

/** Literals that every floor needs, and the one file that spells each. */
const literals: readonly { readonly what: string; readonly pattern: RegExp; readonly home: string }[] = [
  { what: 'the name of a service container', pattern: /\bsvc-/, home: 'src/layout/container-names.ts' },
  {
    what: 'the name of an init container',
    pattern: /['"`]init-/,
    home: 'src/layout/container-names.ts',
  },
  {
    what: 'the name of the build or helper container',
    pattern: /container(Name)?\b[^,;]{0,12}['"](build|helper)['"]|\(['"](build|helper)['"],/,
    home: 'src/layout/container-names.ts',
  },
  { what: "GitLab's cache directory", pattern: /['"`]\/cache\b/, home: 'src/layout/paths.ts' },
  { what: "GitLab's builds directory", pattern: /(?<![\w.])\/builds\b/, home: 'src/layout/paths.ts' },
  { what: "the control volume's path", pattern: /\/\.gitlab-pod-executor/, home: 'src/layout/paths.ts' },
  { what: 'the largest id or port', pattern: /65_?535/, home: 'src/layout/ids.ts' },
  { what: 'an escape sequence', pattern: /(\\u001b|\\x1b|\\033)\[/, home: 'src/text/ansi.ts' },
];

/**
 * A failure is recognised by its code and its fields; who looks into its words breaks when they change. Kubernetes, kubelets and registries
 * offer nothing else in places, and two rooms read those.
 */
const readsWords =
  /\b(\w*[mM]essage|stack)\)?\??\.(includes|match|matchAll|search|startsWith|endsWith|indexOf|replace|split)\(|\.(test|exec)\((\w+\.)*\w*[mM]essage\)/;
/** Nor into a sentence of a verdict: a reason has a code, and what stands in its text has a field beside it. */
const readsSentences =
  /\b(reason|suggestion|advice|instead|finding|verdict)\??\.(text|reason|instead)\b[^;\n]{0,60}?\.(includes|match|matchAll|search|startsWith|endsWith|indexOf|replace|split)\(|\.(test|exec)\((\w+\.)*(reason|suggestion)\??\.text/;
const wordRooms = /^src\/(diagnosis|cluster\/kubernetes)\//;
/** Libraries that give no code for what has to be told apart, and the files that read their words. */
const libraryReaders: Readonly<Record<string, string>> = {
  'cmd/command/parse-arguments.ts': "Node's parseArgs",
  'src/ci-file/ci-document.ts': 'yaml',
  'src/import-config/toml/read-toml.ts': 'toml-eslint-parser',
  'src/job/read-job.ts': 'zod',
  'src/policy/yaml-source.ts': 'yaml',
};

/** A folder with more files than this, and no folder inside, hides its parts. */
const maxFiles = 15;

const sources = globSync(['src/**/*.ts', 'cmd/**/*.ts']).sort();
const faults = [...exportedTwice(), ...strayLiterals(), ...wordReaders(), ...crowdedFolders()];

function exportedTwice(): string[] {
  const homes = new Map<string, string[]>();
  for (const file of sources) {
    if (!file.startsWith('src/')) continue;
    for (const name of exportsOf(file)) homes.set(name, [...(homes.get(name) ?? []), file]);
  }
  return [...homes]
    .filter(([, files]) => files.length > 1)
    .map(([name, files]) => `${name} is exported by ${files.join(' and ')}; one name, one thing`);
}

/** What a file declares and exports; what it hands on from another is no second thing. */
function exportsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.canHaveModifiers(statement)) return [];
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) =>
        ts.isIdentifier(name) ? [name.text] : [],
      );
    }
    const { name } = statement as { readonly name?: ts.Node };
    return name && ts.isIdentifier(name) ? [name.text] : [];
  });
}

function strayLiterals(): string[] {
  return sources.flatMap((file) => {
    const code = withoutComments(file);
    return literals
      .filter(({ pattern, home }) => file !== home && pattern.test(code))
      .map(({ what, home }) => `${file} spells out ${what}; take it from ${home}`);
  });
}

function readsAnyWords(code: string): boolean {
  return readsWords.test(code) || readsSentences.test(code);
}

function wordReaders(): string[] {
  const readers = sources.filter((file) => !wordRooms.test(file) && readsAnyWords(withoutComments(file)));
  const ours = readers.filter((file) => !(file in libraryReaders));
  const former = Object.keys(libraryReaders).filter((file) => !readers.includes(file));
  return [
    ...ours.map(
      (file) =>
        `${file} looks into a message or a sentence; a failure and a verdict have codes, parts and fields (src/outcome, src/admission)`,
    ),
    ...former.map((file) => `${file} reads no library's words any more; take it off the list of this check`),
  ];
}

function withoutComments(file: string): string {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const printer = ts.createPrinter({ removeComments: true });
  return printer.printFile(source);
}

function crowdedFolders(): string[] {
  return [...new Set(sources.map((file) => dirname(file)))].flatMap((folder) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).length;
    const hasFolders = entries.some((entry) => entry.isDirectory());
    return files > maxFiles && !hasFolders
      ? [`${folder} holds ${files} files and no folder; a room with more than ${maxFiles} has folders inside`]
      : [];
  });
}

if (faults.length > 0) {
  console.error(faults.map((fault) => `house: ${fault}`).join('\n'));
  process.exit(1);
}
console.log(`house: ${sources.length} files, each name and each literal in its one place`);
