import { accountExport } from './account-export/contract.ts';
import { achievementsEvaluate } from './achievements-evaluate/contract.ts';
import { audioDelete } from './audio-delete/contract.ts';
import { audioExpire } from './audio-expire/contract.ts';
import { audioValidate } from './audio-validate/contract.ts';
import { checkinsImport } from './checkins-import/contract.ts';
import { checkinsUpkeep } from './checkins-upkeep/contract.ts';
import { exportsExpire } from './exports-expire/contract.ts';
import { importDelete } from './import-delete/contract.ts';
import { importsSweep } from './imports-sweep/contract.ts';
import { insightsForget } from './insights-forget/contract.ts';
import { journalExport } from './journal-export/contract.ts';
import { journalPurge } from './journal-purge/contract.ts';
import { journalsPurge } from './journals-purge/contract.ts';
import { keysRewrap } from './keys-rewrap/contract.ts';
import { ledgerUpkeep } from './ledger-upkeep/contract.ts';
import { mailSend } from './mail-send/contract.ts';
import { objectsSweep } from './objects-sweep/contract.ts';
import { pushFlush } from './push-flush/contract.ts';
import { requestsForget } from './requests-forget/contract.ts';
import { sessionsForget } from './sessions-forget/contract.ts';
import { streakRecompute } from './streak-recompute/contract.ts';
import { trendsRecompute } from './trends-recompute/contract.ts';
import { uploadsExpire } from './uploads-expire/contract.ts';

/** Every kind of work there is. The compiler demands a handler for each in `handlers.ts`. */
export const catalog = {
  accountExport,
  achievementsEvaluate,
  audioDelete,
  audioExpire,
  audioValidate,
  checkinsImport,
  checkinsUpkeep,
  importDelete,
  importsSweep,
  insightsForget,
  journalPurge,
  journalsPurge,
  exportsExpire,
  journalExport,
  keysRewrap,
  ledgerUpkeep,
  mailSend,
  objectsSweep,
  pushFlush,
  requestsForget,
  sessionsForget,
  streakRecompute,
  trendsRecompute,
  uploadsExpire,
} as const;

export type Catalog = typeof catalog;
