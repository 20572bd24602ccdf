import { Account } from './account.ts';
import { Consent } from './consent.ts';
import { Device } from './device.ts';

/** What this topic maps with the ORM. */
export const accountEntities = [Account, Consent, Device];
