import manifest from '../package.json' with { type: 'json' };

/** The program's version, as GitLab shows it in each job log. */
export const version: string = manifest.version;
