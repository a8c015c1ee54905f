// Amounts as Kubernetes writes them: `500m`, `2`, `1Gi` (apimachinery, pkg/api/resource/quantity.go).

const form = /^(\d+(?:\.\d+)?|\.\d+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,2})?$/;

const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
  Pi: 1024 ** 5,
  Ei: 1024 ** 6,
};

/** The amount in units (cores, bytes); null: not a quantity. */
export function readQuantity(text: string): number | null {
  const [, number, suffix = ''] = form.exec(text) ?? [];
  if (number === undefined) return null;
  if (/^[eE]./.test(suffix)) return Number(number + suffix);
  return Number(number) * (factors[suffix] ?? 1);
}
