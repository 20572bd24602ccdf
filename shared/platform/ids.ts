import { randomUUIDv7 } from 'node:crypto';
import { z } from 'zod';

/** Branded UUIDv7 strings: a `JobId` cannot be passed where a `UserId` is meant. */
const id = <Brand extends string>() => z.uuid().brand<Brand>();

export const UserId = id<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const JobId = id<'JobId'>();
export type JobId = z.infer<typeof JobId>;
export const JournalId = id<'JournalId'>();
export type JournalId = z.infer<typeof JournalId>;
export const ShareId = id<'ShareId'>();
export type ShareId = z.infer<typeof ShareId>;
export const ExportId = id<'ExportId'>();
export type ExportId = z.infer<typeof ExportId>;
export const ImportId = id<'ImportId'>();
export type ImportId = z.infer<typeof ImportId>;
export const CheckinId = id<'CheckinId'>();
export type CheckinId = z.infer<typeof CheckinId>;
export const InsightId = id<'InsightId'>();
export type InsightId = z.infer<typeof InsightId>;
export const NotificationId = id<'NotificationId'>();
export type NotificationId = z.infer<typeof NotificationId>;
export const DeliveryId = id<'DeliveryId'>();
export type DeliveryId = z.infer<typeof DeliveryId>;

/** The greatest UUID, so that the first page of a list needs no statement of its own. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** How many bytes an id is inside a token that says whose it is. */
export const ID_BYTES = 16;

export const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');

/** The text of an id out of its bytes; whether it is one of ours is the schema's to say. */
export const idText = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** A new time-ordered id. The caller names the brand: `newId<JournalId>()`. */
export const newId = <Id extends string>(): Id => randomUUIDv7() as string as Id;
