// `release:` of a job: the command that GitLab makes of it, a step of its own after the script (lib/gitlab/ci/build/releaser.rb).
import { type Settings, settingsOf, textOf, textsOf } from './settings.ts';

export function releaseScript(release: Settings): readonly string[] {
  // GitLab writes it for bash, whatever shell the image has.
  return [`if command -v glab &> /dev/null; then\n  ${glab(release)}\nelse\n  ${releaseCli(release)}\nfi\n`];
}

function glab(release: Settings): string {
  const { tag_name: tag = '$CI_COMMIT_TAG', ref = '$CI_COMMIT_SHA', milestones } = release;
  const links = linksOf(release);
  const flags = [
    ...(links.length > 0 ? [`--assets-links ${jsonText(links)}`] : []),
    ...(milestones === undefined ? [] : [flag('milestone', textsOf(milestones).join(','))]),
    ...named(release, { name: 'name', description: 'experimental-notes-text-or-file' }),
    flag('ref', textOf(ref)),
    ...named(release, { tag_message: 'tag-message', released_at: 'released-at' }),
  ];
  return `glab release create -R $CI_PROJECT_PATH "${textOf(tag)}" ${flags.join(' ')} --no-update --no-close-milestone`;
}

function releaseCli(release: Settings): string {
  const flags = [
    ...named(release, { name: 'name', description: 'description', tag_name: 'tag-name' }),
    ...named(release, { tag_message: 'tag-message', ref: 'ref', released_at: 'released-at' }),
    ...textsOf(release['milestones']).map((milestone) => flag('milestone', milestone)),
    ...linksOf(release).map((link) => `--assets-link ${jsonText(link)}`),
  ];
  return ['release-cli create', ...flags].join(' ');
}

const flag = (name: string, value: string): string => `--${name} "${value}"`;

function named(release: Settings, flags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(flags).flatMap(([key, name]) =>
    release[key] === undefined ? [] : [flag(name, textOf(release[key]))],
  );
}

function linksOf(release: Settings): readonly unknown[] {
  const { links } = settingsOf(release['assets']);
  return Array.isArray(links) ? (links as readonly unknown[]) : [];
}

const jsonText = (value: unknown): string => JSON.stringify(JSON.stringify(value));
