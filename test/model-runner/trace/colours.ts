// As GitLab Runner prints them (helpers/ansi_colors.go).

export const colours = {
  boldRed: '\u001b[31;1m',
  boldGreen: '\u001b[32;1m',
  boldYellow: '\u001b[33;1m',
  boldCyan: '\u001b[36;1m',
  yellow: '\u001b[0;33m',
  reset: '\u001b[0;m',
  clear: '\u001b[0K',
} as const;
