import { exportContract } from '../export-contract.ts';

/** Makes an export of everything an account has. */
export const accountExport = exportContract('account.export');
