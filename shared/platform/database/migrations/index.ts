import type { MigrationObject } from '@mikro-orm/core';
import { Migration20261121100000_ledger } from './20261121100000_ledger.ts';
import { Migration20261121100100_accounts } from './20261121100100_accounts.ts';
import { Migration20261121100200_facts } from './20261121100200_facts.ts';
import { Migration20261121100300_progress } from './20261121100300_progress.ts';
import { Migration20261121100400_notifications } from './20261121100400_notifications.ts';
import { Migration20261121110000_credentials } from './20261121110000_credentials.ts';
import { Migration20261121110100_email_changes } from './20261121110100_email_changes.ts';
import { Migration20261121110200_session_upkeep } from './20261121110200_session_upkeep.ts';
import { Migration20261121110300_rate_limits } from './20261121110300_rate_limits.ts';
import { Migration20261121110400_sealed_text } from './20261121110400_sealed_text.ts';
import { Migration20261121110500_operators } from './20261121110500_operators.ts';
import { Migration20261121110600_operators_upkeep } from './20261121110600_operators_upkeep.ts';
import { Migration20261121110700_known_devices } from './20261121110700_known_devices.ts';
import { Migration20261121120000_journal_life } from './20261121120000_journal_life.ts';
import { Migration20261121120100_multipart } from './20261121120100_multipart.ts';
import { Migration20261121120200_shares } from './20261121120200_shares.ts';
import { Migration20261121120300_exports } from './20261121120300_exports.ts';
import { Migration20261121120310_events } from './20261121120310_events.ts';
import { Migration20261121130000_import_names } from './20261121130000_import_names.ts';
import { Migration20261121140100_checkin_months } from './20261121140100_checkin_months.ts';
import { Migration20261121140300_neutral_emotion } from './20261121140300_neutral_emotion.ts';

/** Every migration, oldest first. Listed by hand: nothing is found by scanning a folder. */
export const migrations: MigrationObject[] = [
  { name: '20261121100000_ledger', class: Migration20261121100000_ledger },
  { name: '20261121100100_accounts', class: Migration20261121100100_accounts },
  { name: '20261121100200_facts', class: Migration20261121100200_facts },
  { name: '20261121100300_progress', class: Migration20261121100300_progress },
  { name: '20261121100400_notifications', class: Migration20261121100400_notifications },
  { name: '20261121110000_credentials', class: Migration20261121110000_credentials },
  { name: '20261121110100_email_changes', class: Migration20261121110100_email_changes },
  { name: '20261121110200_session_upkeep', class: Migration20261121110200_session_upkeep },
  { name: '20261121110300_rate_limits', class: Migration20261121110300_rate_limits },
  { name: '20261121110400_sealed_text', class: Migration20261121110400_sealed_text },
  { name: '20261121110500_operators', class: Migration20261121110500_operators },
  { name: '20261121110600_operators_upkeep', class: Migration20261121110600_operators_upkeep },
  { name: '20261121110700_known_devices', class: Migration20261121110700_known_devices },
  { name: '20261121120000_journal_life', class: Migration20261121120000_journal_life },
  { name: '20261121120100_multipart', class: Migration20261121120100_multipart },
  { name: '20261121120200_shares', class: Migration20261121120200_shares },
  { name: '20261121120300_exports', class: Migration20261121120300_exports },
  { name: '20261121120310_events', class: Migration20261121120310_events },
  { name: '20261121130000_import_names', class: Migration20261121130000_import_names },
  { name: '20261121140100_checkin_months', class: Migration20261121140100_checkin_months },
  { name: '20261121140300_neutral_emotion', class: Migration20261121140300_neutral_emotion },
];
