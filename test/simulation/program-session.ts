// One program that an exec runs in a container.

export interface Session {
  /** Output after the connection's end goes nowhere. */
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (line: string) => void;
  readonly exit: (code: number) => void;
  /** Of a session that outlives its script; the others exit with the script's code. */
  readonly ended?: (code: number) => void;
}

export const killedCode = 137;
export const termCode = 143;
export const faultCode = 250;
