// Tests mirror sources: src/a/b.ts is tested by test/a/b.test.ts (as is a shell program), and a test under a source folder names a source that exists.
import { existsSync, globSync, readFileSync } from 'node:fs';

// What runs in browsers is tested in one: test/browser.
const sources = globSync('src/**/*.ts', { exclude: ['src/help-page/browser/**'] });
const tests = globSync('test/**/*.test.ts');
const ownSuites =
  /^test\/(scenarios|process|cluster|attack|embedded-cluster|model-runner|browser|config|docs|scripts)\//;
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

/** Interfaces and type aliases have nothing to run. */
function isTypesOnly(text: string): boolean {
  return !/^\s*(export\s+)?(async\s+)?(function|class|const|let)\b/m.test(text);
}

if (faults.length > 0) {
  console.error(faults.map((fault) => `mirror: ${fault}`).join('\n'));
  process.exit(1);
}
console.log(`mirror: ${sources.length} sources, ${tests.length} tests`);
