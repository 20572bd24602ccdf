export { type FilteredPage, filteredPage } from './filtered-page.ts';
export { type Rotation, type RotationProgress, rotateMasterKey } from './master-key-rotation.ts';
export { openOptional, sealOptional, type UserCipher } from './sealed-text.ts';
export { countUserKeys } from './user-key-store.ts';
export { createUserKeys, type UserKeys } from './user-keys.ts';
