import type { Deps } from '../shared/compose.ts';
import { patternPolicy } from '../shared/emotions/pattern-policy.ts';
import type { Handler } from '../shared/ledger/handler.ts';
import { achievementsEvaluateHandler } from './achievements-evaluate/handler.ts';
import { audioDeleteHandler } from './audio-delete/handler.ts';
import { audioExpireHandler } from './audio-expire/handler.ts';
import { audioValidateHandler } from './audio-validate/handler.ts';
import type { Catalog } from './catalog.ts';
import { checkinsImportHandler } from './checkins-import/handler.ts';
import { checkinsUpkeepHandler } from './checkins-upkeep/handler.ts';
import { exportHandler } from './export-handler.ts';
import { exportsExpireHandler } from './exports-expire/handler.ts';
import { importDeleteHandler } from './import-delete/handler.ts';
import { importsSweepHandler } from './imports-sweep/handler.ts';
import { insightsForgetHandler } from './insights-forget/handler.ts';
import { journalPurgeHandler } from './journal-purge/handler.ts';
import { journalsPurgeHandler } from './journals-purge/handler.ts';
import { keysRewrapHandler } from './keys-rewrap/handler.ts';
import { ledgerUpkeepHandler } from './ledger-upkeep/handler.ts';
import { mailSendHandler } from './mail-send/handler.ts';
import { objectsSweepHandler } from './objects-sweep/handler.ts';
import { pushFlushHandler } from './push-flush/handler.ts';
import { requestsForgetHandler } from './requests-forget/handler.ts';
import { sessionsForgetHandler } from './sessions-forget/handler.ts';
import { streakRecomputeHandler } from './streak-recompute/handler.ts';
import { trendsRecomputeHandler } from './trends-recompute/handler.ts';
import { uploadsExpireHandler } from './uploads-expire/handler.ts';

// biome-ignore lint/suspicious/noExplicitAny: what prepare hands to effect is the handler's own affair
export type Handlers = { readonly [Key in keyof Catalog]: Handler<Catalog[Key], any> };

/** A handler for every kind of work in the catalog, given what it needs of the process. */
export const handlers = (deps: Deps): Handlers => ({
  accountExport: exportHandler(deps),
  achievementsEvaluate: achievementsEvaluateHandler,
  audioDelete: audioDeleteHandler(deps),
  audioExpire: audioExpireHandler,
  audioValidate: audioValidateHandler(deps),
  checkinsImport: checkinsImportHandler(deps),
  checkinsUpkeep: checkinsUpkeepHandler,
  importDelete: importDeleteHandler(deps),
  importsSweep: importsSweepHandler(deps),
  insightsForget: insightsForgetHandler,
  journalPurge: journalPurgeHandler(deps),
  journalsPurge: journalsPurgeHandler,
  exportsExpire: exportsExpireHandler,
  journalExport: exportHandler(deps),
  keysRewrap: keysRewrapHandler(deps),
  ledgerUpkeep: ledgerUpkeepHandler,
  mailSend: mailSendHandler({
    mailGateway: deps.mailGateway,
    userKeys: deps.userKeys,
    mailTokenKeys: deps.accountKeys.mailTokens,
    publicUrl: deps.config.PUBLIC_URL,
  }),
  objectsSweep: objectsSweepHandler(deps),
  pushFlush: pushFlushHandler(deps),
  requestsForget: requestsForgetHandler,
  sessionsForget: sessionsForgetHandler,
  streakRecompute: streakRecomputeHandler,
  trendsRecompute: trendsRecomputeHandler(patternPolicy(deps.config)),
  uploadsExpire: uploadsExpireHandler,
});
