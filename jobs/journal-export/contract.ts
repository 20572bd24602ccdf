import { exportContract } from '../export-contract.ts';

/** Makes an export of one journal. */
export const journalExport = exportContract('journal.export');
