import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { z } from 'zod';
import { InstantType } from '../platform/database/instant-type.ts';
import type { UserId } from '../platform/ids.ts';
import type { Role } from './role.ts';
import type { SmallMap } from './small-map.ts';

/** `unverified` until the address is proved; `deleting` while everything of theirs is being erased. */
export const AccountStatus = z.enum(['unverified', 'active', 'locked', 'deleting']);
export type AccountStatus = z.infer<typeof AccountStatus>;

export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: (p) => ({
    id: p.uuid().$type<UserId>().primary(),
    /** As typed, for writing to; `null` for somebody whom another issuer vouches for. */
    email: p.text().nullable(),
    emailNormalized: p.text().unique().nullable(),
    passwordHash: p.text().nullable(),
    role: p.text().$type<Role>().default('standard'),
    status: p.text().$type<AccountStatus>().default('unverified'),
    displayNameSealed: p.blob().nullable(),
    languagePreference: p.text().fieldName('language'),
    timeZone: p.text(),
    /** Whole hours after midnight that still belong to the day before. */
    dayCutOff: p.smallint().default(3),
    /** Made by the phone, for the keys only it can derive. */
    encryptionKeySalt: p.text(),
    tokenVersion: p.integer().default(1),
    createdAt: p.type(InstantType),
    verifiedAt: p.type(InstantType).nullable(),
    lastSignInAt: p.type(InstantType).nullable(),
    preferences: p.json<SmallMap>(),
    settings: p.json<SmallMap>(),
  }),
});
export type Account = InferEntity<typeof Account>;
