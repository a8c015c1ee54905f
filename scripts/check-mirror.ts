// Tests mirror sources: src/a/b.ts is tested by test/a/b.test.ts, each shell program is run by a test, and a test under a source folder names a source that exists.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

// What runs in browsers is tested in one: test/browser.
const sources = globSync('src/**/*.ts', { exclude: ['src/help-page/browser/**'] });
const tests = globSync('test/**/*.test.ts');
const ownSuites =
  /^test\/(scenarios|pipelines|process|cluster|attack|embedded-cluster|model-runner|browser|simulation|config|docs|scripts)\//;
const faults: string[] = [];

for (const source of sources) {
  const test = source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
  if (existsSync(test) || isTypesOnly(readFileSync(source, 'utf8'))) continue;
  if (tests.some((other) => readFileSync(other, 'utf8').includes(`/${source}'`))) continue;
  faults.push(`${source}: no test imports it; write ${test}`);
}
for (const test of tests) {
  if (ownSuites.test(test)) continue;
  const source = test.replace(/^test\//, 'src/').replace(/\.test\.ts$/, '.ts');
  if (!existsSync(source) && !existsSync(source.replace(/\.ts$/, '.sh')))
    faults.push(`${test}: there is no ${source}; tests mirror sources`);
}

for (const { file, program, users } of programUsers()) {
  const runs = new RegExp(`\\b(${[file, `${program}Program`, ...users].join('|')})\\b`);
  // commands.test.ts looks at every command's words, and runs none.
  const runners = tests.filter((test) => !test.endsWith('/commands.test.ts'));
  if (!runners.some((test) => runs.test(readFileSync(test, 'utf8'))))
    faults.push(
      `src/in-container/${file}: no test runs it; one that does by way of other functions names the file`,
    );
}

/** Each shell program by the name of its constant, and the functions that make a command of it. */
function programUsers() {
  const makers = ['commands.ts', 'process-one.ts']
    .flatMap((file) =>
      readFileSync(`src/in-container/${file}`, 'utf8')
        .split(/^export (?=const|function)/m)
        .slice(1),
    )
    .map((text) => ({ name: /^(?:const|function) (\w+)/.exec(text)?.[1] ?? '', text }));
  return globSync('src/in-container/*.sh').map((path) => {
    const program = basename(path, '.sh').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const users = makers.filter(({ text }) => text.includes(`${program}Program`)).map(({ name }) => name);
    return { file: basename(path), program, users };
  });
}

/** Interfaces and type aliases have nothing to run. */
function isTypesOnly(text: string): boolean {
  return !/^\s*(export\s+)?(async\s+)?(function|class|const|let)\b/m.test(text);
}

if (faults.length > 0) {
  console.error(faults.map((fault) => `mirror: ${fault}`).join('\n'));
  process.exit(1);
}
console.log(`mirror: ${sources.length} sources, ${tests.length} tests`);
