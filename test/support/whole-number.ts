/** The whole number that an option takes. Throws, with words for whoever typed it, for anything else. */
export function wholeNumber(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new Error(`${name} takes a whole number from ${low} to ${high}, not "${text}"`);
  return value;
}
