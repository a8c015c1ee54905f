// Why a registry gave no answer that counts. Its words are foreign text: plain, short, and never what it was sent.

export type RegistryFailureKind = 'not-found' | 'denied' | 'unknown-host' | 'forbidden-host' | 'failed';

export class RegistryFailure extends Error {
  override readonly name: string = 'RegistryFailure';
  readonly kind: RegistryFailureKind;
  /** Asked again in a moment, it may answer. */
  readonly isTransient: boolean;

  constructor(kind: RegistryFailureKind, message: string, { isTransient = false } = {}) {
    super(message);
    this.kind = kind;
    this.isTransient = isTransient;
  }
}
