// Shows a job's log on the terminal as GitLab shows it on the job's page: no times, sections by their titles, colours.

export interface LogView {
  /** The raw log as it comes, in pieces. */
  write(text: string): void;
  end(): void;
}

const stamp = /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{2}[OE]([+ ])/;
const sectionStart = /section_start:\d+:[^\r\n]*\r(?:\u001b\[0K)?/g;
const sectionEnd = /section_end:\d+:[^\r\n]*\r(?:\u001b\[0K)?/g;
const dim = '\u001b[2m';
const reset = '\u001b[0;m';

/** Colours, and "clear the line", which a file has no use for either. */
const colourCode = /\u001b\[[0-9;]*[mK]/g;

export function viewLog(
  show: (text: string) => void,
  { hasColours }: { readonly hasColours: boolean },
): LogView {
  const print = hasColours ? show : (text: string) => show(text.replace(colourCode, ''));
  let rest = '';
  /** The line on the terminal may still go on. */
  let isOpen = false;

  const showLine = (line: string): void => {
    const continues = stamp.exec(line)?.[1] === '+';
    if (isOpen && !continues) print('\n');
    print(line.replace(stamp, '').replace(sectionEnd, '').replace(sectionStart, `${dim}▾${reset} `));
    isOpen = true;
  };

  return {
    write(text) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) showLine(line);
    },
    end() {
      if (rest !== '') showLine(rest);
      if (isOpen) print('\n');
    },
  };
}
