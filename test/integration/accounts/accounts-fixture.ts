import { type AccountKeys, deriveAccountKeys } from '../../../shared/accounts/index.ts';

export const keys: AccountKeys = deriveAccountKeys(
  'a server secret of at least thirty-two characters',
  [],
  'https://api.amira.test',
);

export const registrationOf = (email: string) => ({
  email,
  passwordHash: 'not hashed',
  timeZone: 'Europe/Madrid',
  languagePreference: 'es',
  encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==',
});
