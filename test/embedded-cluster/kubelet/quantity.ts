// Kubernetes quantities: 1Mi, 500m, 1e3.

const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

export function quantity(text: string | number): number {
  const [, amount = '0', suffix = ''] = /^([0-9.]+(?:e[0-9]+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  return Number(amount) * (factors[suffix] ?? 1);
}

/** The other way round, in the largest binary unit that leaves no rest. */
export function quantityText(amount: number): string {
  const unit = ['Ti', 'Gi', 'Mi', 'Ki'].find((suffix) => amount % (factors[suffix] ?? 1) === 0);
  return unit === undefined ? String(amount) : `${amount / (factors[unit] ?? 1)}${unit}`;
}
