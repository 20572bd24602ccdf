export { archiveBytes } from './archive.ts';
export { byteRange } from './byte-range.ts';
export { listEntries } from './entry-store.ts';
export { expireExports, findExport, finishExport, isWhole, requestExport } from './export-store.ts';
export { createLink, isLinkLive, linkOwner, redeemLink } from './link-store.ts';
export { makeExport } from './make-export.ts';
export { zipLayout } from './zip-layout.ts';
