// Amounts as Kubernetes writes them: `500m`, `2`, `1Gi` (apimachinery, pkg/api/resource/quantity.go). Two things that it takes are
// refused: what is below zero, and what has no digit (`Gi` is 0 there), which nobody means.

const form = /^\+?(\d+\.?\d*|\.\d+)(?:([numkMGTPE]?)|([KMGTPE]i)|[eE]([+-]?0*\d{1,9}))$/;

/** Powers of ten. */
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** Powers of 1024. */
const binary: Readonly<Record<string, number>> = { Ki: 1, Mi: 2, Gi: 3, Ti: 4, Pi: 5, Ei: 6 };

/** Kubernetes rounds what is smaller up, and cuts what is larger. */
const smallest = 1e-9;
const largest = 2 ** 63;

/** The amount in units (cores, bytes); null: not a quantity. */
export function readQuantity(text: string): number | null {
  const [, number, decimalSuffix = '', binarySuffix, exponent = decimal[decimalSuffix] ?? 0] =
    form.exec(text) ?? [];
  if (number === undefined) return null;
  // Never multiplied by 0.001, say: 700m and 0.7 are the same amount.
  const amount =
    binarySuffix === undefined
      ? Number(`${number}e${exponent}`)
      : Number(number) * 1024 ** (binary[binarySuffix] ?? 0);
  return amount === 0 ? 0 : Math.min(Math.max(amount, smallest), largest);
}
