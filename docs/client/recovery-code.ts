/** Crockford's alphabet: no I, L, O or U, so that nothing written down can be read in two ways. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 24;

/** 120 random bits as six groups of four, to be written down and kept apart from the phone. */
export function newRecoveryCode(): string {
  const letters = Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => LETTERS.charAt(byte % 32));
  return (letters.join('').match(/.{4}/g) ?? []).join('-');
}

/** What a code stands for, however it was typed: any case, any blanks and dashes, O for 0, I or L for 1. */
export function recoverySecret(code: string): Uint8Array<ArrayBuffer> {
  const letters = code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0) & 0xff);
}
