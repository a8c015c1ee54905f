// The author's own lines, each announced before it runs (shells/abstract.go writeUserScript, writeAfterScript, writeCommands).
import { allVariables, type Build } from '../runner/build.ts';
import { expandText } from '../runner/variables.ts';
import { colours } from '../trace/colours.ts';
import { enterProject, writeExports } from './exports.ts';
import type { ShellScript } from './shell-script.ts';

/** false: the job has no such step. */
export function writeUserScript(script: ShellScript, build: Build, subStage: string): boolean {
  const step = build.payload.steps.find(({ name }) => `step_${name.toLowerCase()}` === subStage);
  if (!step) return false;
  const { pre_build_script: pre, post_build_script: post } = build.config.settings;
  const lines =
    step.name === 'release' ? step.script.map((line) => expandText(line, allVariables(build))) : step.script;
  writeExports(script, build);
  enterProject(script, build);
  if (pre) writeCommands(script, build, { section: 'pre_build_script', lines: [pre] });
  writeCommands(script, build, { section: 'script_step', lines });
  if (post) writeCommands(script, build, { section: 'post_build_script', lines: [post] });
  return true;
}

export function writeAfterScript(script: ShellScript, build: Build): boolean {
  const step = build.payload.steps.find(({ name }) => name === 'after_script');
  if (!step || step.script.length === 0) return false;
  writeExports(script, build);
  enterProject(script, build);
  script.notice('Running after script...');
  writeCommands(script, build, { section: 'after_script_step', lines: step.script });
  return true;
}

export function writeCommands(
  script: ShellScript,
  build: Build,
  { section, lines }: { readonly section: string; readonly lines: readonly string[] },
): void {
  const hasSections =
    (build.flags.get('FF_SCRIPT_SECTIONS') ?? false) && build.payload.features.trace_sections;
  for (const [index, text] of lines.entries()) {
    const command = text.trim();
    const [first = '', ...more] = command.split('\n');
    if (command === '') script.line('echo');
    else if (more.length === 0) script.notice(`$ ${command}`);
    else if (hasSections) writeCollapsed(script, `section_${section}_${index}`, command);
    else script.notice(`$ ${first} # collapsed multi-line command`);
    script.checkedLine(command);
  }
}

/** FF_SCRIPT_SECTIONS: the whole command, in a section that the reader may open. */
function writeCollapsed(script: ShellScript, name: string, command: string): void {
  const now = "$(awk 'BEGIN{srand(); print srand()}')";
  const title = script.quote(`${colours.boldGreen}$ ${command}${colours.reset}`);
  const options = '[hide_duration=true,collapsed=true]';
  script.line(`printf '%b\\n' section_start:${now}:${name}${options}\r${colours.clear}${title}`);
  script.line(`printf '%b\\n' section_end:${now}:${name}\r${colours.clear}`);
}
