// Finds the command and runs it. Each is a chunk of its own, so that a stage loads nothing that it does not use.
import type { Command } from './command.ts';
import type { StageName } from './stage-help.ts';

const [name = '', ...argv] = process.argv.slice(2);
/** A person asks: what GitLab Runner appends never begins so. */
const isHelpAsked = argv[0] === '--help' || argv[0] === '-h';

switch (name) {
  case 'config':
  case 'prepare':
  case 'run':
  case 'cleanup':
    if (isHelpAsked) await runCommand((await import('./stage-help.ts')).stageHelp(name));
    else await runStage(name);
    break;
  case 'check':
    await runCommand((await import('./check.ts')).check);
    break;
  case 'help-page':
    await runCommand((await import('./help-page.ts')).helpPage);
    break;
  case 'print-pod':
    await runCommand((await import('./print-pod.ts')).printPod);
    break;
  case 'sweep':
    await runCommand((await import('./sweep.ts')).sweep);
    break;
  case 'doctor':
    await runCommand((await import('./doctor.ts')).doctor);
    break;
  default:
    await runCommand((await import('./overview.ts')).overview(name));
}

/** Commands for GitLab Runner: they end the process themselves. */
async function runStage(stage: StageName): Promise<void> {
  switch (stage) {
    case 'config':
      (await import('./config.ts')).config();
      break;
    case 'prepare':
      await (await import('./prepare.ts')).prepareStage(argv);
      break;
    case 'run':
      await (await import('./run.ts')).runSubStage(argv);
      break;
    case 'cleanup':
      await (await import('./cleanup.ts')).cleanupStage(argv);
      break;
  }
}

/** Commands for people: 0 well, 1 a no, 2 wrong usage or trouble (each says more under --help). */
async function runCommand(command: Command): Promise<void> {
  const { runForPeople } = await import('./people-process.ts');
  await runForPeople(command, argv);
}
