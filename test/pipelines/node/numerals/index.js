const values = {
  M: 1000,
  CM: 900,
  D: 500,
  CD: 400,
  C: 100,
  XC: 90,
  L: 50,
  XL: 40,
  X: 10,
  IX: 9,
  V: 5,
  IV: 4,
  I: 1,
};

export function roman(number) {
  let left = number;
  return Object.entries(values).reduce((text, [letters, value]) => {
    const times = Math.floor(left / value);
    left -= times * value;
    return text + letters.repeat(times);
  }, '');
}
