export const MIN_LENGTH = 8;
export const MAX_LENGTH = 128;

/** Counts characters, as whoever types them does, not UTF-16 units. */
export function hasAllowedLength(password: string): boolean {
  const characters = [...password].length;
  return characters >= MIN_LENGTH && characters <= MAX_LENGTH;
}
