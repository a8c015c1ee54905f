// The types of a policy come from its schema, which asks Node about keys. No module of Node runs in a browser: only its type is read.
declare module 'node:crypto' {
  export interface KeyObject {
    readonly asymmetricKeyType?: string;
    readonly asymmetricKeyDetails?: { readonly modulusLength?: number };
  }
  export function createPublicKey(pem: string): KeyObject;
  export const X509Certificate: new (pem: string) => object;
}
