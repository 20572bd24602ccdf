import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { InstantType } from '../platform/database/instant-type.ts';
import type { UserId } from '../platform/ids.ts';

/** How a push reaches a phone: a registration token, or a Firebase installation id. */
export type PushToken = { kind: 'token' | 'fid'; value: string };

export const Device = defineEntity({
  name: 'Device',
  tableName: 'device',
  properties: (p) => ({
    id: p.uuid().primary(),
    userId: p.uuid().$type<UserId>(),
    /** The phone's own name for itself, unique only within its user. */
    deviceId: p.text(),
    nameSealed: p.blob(),
    platform: p.text(),
    pushKind: p.text().$type<PushToken['kind']>().nullable(),
    pushToken: p.text().unique().nullable(),
    pushTokenUpdatedAt: p.type(InstantType).nullable(),
    lastSeenAt: p.type(InstantType),
    createdAt: p.type(InstantType),
  }),
});
export type Device = InferEntity<typeof Device>;
