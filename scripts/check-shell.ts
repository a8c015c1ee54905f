// shellcheck and shfmt over every shell file, and over what becomes of the programs of src/in-container on their way.
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import {
  generatedModule,
  joinedProgram,
  programFiles,
  renderModule,
  strippedProgram,
} from './write-programs.ts';

const style = ['-i', '2', '-ci'];
const programs = globSync('src/in-container/**/*.sh').sort();
const posix = [
  ...programs,
  'scripts/test',
  'scripts/demo',
  'scripts/set-up',
  'scripts/launcher/gitlab-pod-executor',
  'config/container/node-with-its-libc.sh',
  'config/container/serve-beside.sh',
  ...globSync('scripts/package/debian/*').sort(),
];
const bash = ['.ci/run'];

const missing = ['shellcheck', 'shfmt'].filter((tool) => spawnSync(tool, ['--version']).error);
if (missing.length > 0) {
  console.error(
    `shell: ${missing.join(' and ')} missing; Debian has packages of these names, and .ci/run installs them`,
  );
  process.exit(1);
}

const faults = [
  ...complaints('shellcheck', ['-s', 'sh', '-x', '-P', 'src/in-container', ...posix]),
  ...complaints('shellcheck', ['-s', 'bash', ...bash]),
  ...complaints('shfmt', ['-d', '-ln', 'posix', ...style, ...posix]),
  ...complaints('shfmt', ['-d', '-ln', 'bash', ...style, ...bash]),
  ...programFiles().flatMap(changedByStripping),
  ...(readFileSync(generatedModule, 'utf8') === renderModule()
    ? []
    : [`${generatedModule} is older than the .sh files: npm run programs`]),
];

function complaints(tool: string, args: string[]): string[] {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
  return status === 0 ? [] : [`${tool}:\n${stdout}${stderr}`];
}

/** A parser reads both: a text over several lines, in quotes or as a here-document, would have lost its indentation. */
function changedByStripping(file: string): string[] {
  const whole = joinedProgram(file);
  return minified(whole) === minified(strippedProgram(whole))
    ? []
    : [`${file} is another program without its comments and indentation: no text may go over a line's end`];
}

function minified(program: string): string {
  return execFileSync('shfmt', ['-ln', 'posix', '-mn'], { input: program, encoding: 'utf8' });
}

if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
console.log(`shell: ${posix.length + bash.length} files, in order for shellcheck and shfmt`);
