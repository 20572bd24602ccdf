import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { InstantType } from '../platform/database/instant-type.ts';
import type { UserId } from '../platform/ids.ts';
import type { Purpose } from '../platform/purpose.ts';

/** The wording people agree to today. A new wording asks again. */
export const CONSENT_VERSION = 1;

/** One decision. Never changed afterwards: the newest of a purpose counts, the older ones are the record. */
export const Consent = defineEntity({
  name: 'Consent',
  tableName: 'consent',
  properties: (p) => ({
    id: p.uuid().primary(),
    userId: p.uuid().$type<UserId>(),
    purpose: p.text().$type<Purpose>(),
    version: p.smallint(),
    granted: p.boolean(),
    recordedAt: p.type(InstantType),
  }),
});
export type Consent = InferEntity<typeof Consent>;
