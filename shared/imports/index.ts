export { MOOD_LEVELS } from './daylio-entry.ts';
export { deleteFile, type FileName, fileNameOf, filesPrefix, putFile } from './file-store.ts';
export { readHeader } from './header.ts';
export { importFile } from './import-file.ts';
export type { ImportReport } from './report.ts';
export { sealFile } from './sealed-file.ts';
export { importsUnderWay, requireNoImport } from './under-way-store.ts';
