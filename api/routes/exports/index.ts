import type { Route } from '../../route.ts';
import { postAccountExport, postJournalExport } from './ask.ts';
import { getExportFile } from './file.ts';
import { postExportLink } from './link.ts';

export const exportRoutes: readonly Route[] = [postAccountExport, postJournalExport, postExportLink, getExportFile];
