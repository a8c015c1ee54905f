// Buttons that copy a text.

interface Copying {
  readonly text: () => string;
  /** Where success, or another way, is announced. */
  readonly result: HTMLElement;
  /** Holds the text too: selected where the browser keeps the clipboard from the page, as it does over plain http. */
  readonly field?: HTMLTextAreaElement;
}

export function copyOnClick(button: HTMLElement, { text, result, field }: Copying): void {
  button.addEventListener('click', () => {
    void copy(text()).then((isCopied) => {
      if (!isCopied) field?.select();
      result.textContent = isCopied ? 'Copied' : 'Please select it and copy it with Ctrl+C or ⌘C.';
    });
  });
}

/** @returns false: this page may not use the clipboard. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
