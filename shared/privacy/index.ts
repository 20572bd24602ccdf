export { openOptional, type SealedColumn, sealOptional, type UserCipher } from './sealed-text.ts';
export { createUserKeys, type UserKeys } from './user-keys.ts';
