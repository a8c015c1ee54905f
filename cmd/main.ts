// Finds the command and runs it.
import { commands } from './commands.ts';

const [name = null, ...argv] = process.argv.slice(2);
/** A person asks: what GitLab Runner appends never begins so. */
const isHelpAsked = argv[0] === '--help' || argv[0] === '-h';

const command = name !== null && Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
if (command !== undefined && 'runStage' in command && !isHelpAsked) {
  await command.runStage(argv);
} else {
  const { runCommand } = await import('./command/run-command.ts');
  await runCommand(name, command, argv);
}
