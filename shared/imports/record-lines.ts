import { type CheckinOutcome, type NamedCheckin, recordCheckins } from '../emotions/index.ts';
import type { PrepareContext } from '../ledger/handler.ts';
import type { Transaction } from '../platform/database/database.ts';
import type { UserCipher } from '../privacy/index.ts';
import type { Entry, LineCode } from './entry.ts';
import type { FileName } from './file-store.ts';
import { freeUndone, markNames, ownNames } from './line-name-store.ts';
import type { ReadLine } from './line-reader.ts';
import type { LineOutcome } from './report.ts';

export type Recording = Pick<PrepareContext, 'transaction' | 'clock'> & {
  cipher: UserCipher;
  /** Called in the transaction that has recorded that many check-ins. */
  recorded(tx: Transaction, created: number): void;
};

/**
 * Records the check-ins of some lines of a file in one transaction. Gives one outcome for each line, in their order.
 * @param known the names of the file's lines that became check-ins so far; theirs are added
 */
export async function recordLines(
  recording: Recording,
  name: FileName,
  known: Set<string>,
  lines: readonly ReadLine[],
): Promise<LineOutcome[]> {
  const named = lines.map((read) =>
    'code' in read ? read : { line: read.line, ...namedCheckin(recording.cipher, read.entry) },
  );
  const items = new Map<string, NamedCheckin>();
  for (const item of named)
    if ('clientId' in item && !known.has(item.clientId) && !items.has(item.clientId)) items.set(item.clientId, item);
  const outcomes = await recordItems(recording, name, [...items.values()]);
  return named.map((item) => {
    if ('code' in item) return item;
    const outcome = outcomes.get(item.clientId);
    if (typeof outcome === 'object') return { line: item.line, ...outcome };
    if (!outcome || known.has(item.clientId)) return 'duplicates';
    known.add(item.clientId);
    return outcome;
  });
}

type ItemOutcome = 'created' | 'existing' | { code: LineCode };

async function recordItems(
  { transaction, clock, cipher, recorded }: Recording,
  { userId, importId }: FileName,
  items: readonly NamedCheckin[],
): Promise<ReadonlyMap<string, ItemOutcome>> {
  if (items.length === 0) return new Map();
  return transaction({ userId }, async (tx) => {
    const before = new Set(await ownNames(tx, userId, importId, namesOf(items)));
    const others = items.filter(({ clientId }) => !before.has(clientId));
    await freeUndone(tx, userId, namesOf(others));
    const outcomes = await recordCheckins(tx, userId, cipher, others, clock.now());
    const created = others.filter((_, at) => outcomes[at]?.status === 'created');
    await markNames(tx, userId, importId, namesOf(created));
    if (created.length > 0) recorded(tx, created.length);
    return new Map([
      ...[...before].map((name) => [name, 'created'] as const),
      ...outcomes.map((outcome, at) => [others[at]?.clientId ?? '', itemOutcome(outcome)] as const),
    ]);
  });
}

const namesOf = (items: readonly NamedCheckin[]): string[] => items.map(({ clientId }) => clientId);

function itemOutcome(outcome: CheckinOutcome): ItemOutcome {
  if (outcome.status !== 'rejected') return outcome.status;
  // The same line, imported before with another time zone or other names for moods.
  if (outcome.refusal.code === 'client_id_reused') return 'existing';
  const isTime = outcome.refusal.errors.some(({ path }) => path === 'occurredAt');
  return { code: isTime ? 'occurred_at_out_of_range' : 'unknown_emotion_type' };
}

/** Keyed: few enough short notes could be tried on a plain hash, and nobody else's line has the same name. */
const namedCheckin = (cipher: UserCipher, { content, checkin }: Entry): NamedCheckin => ({
  clientId: `import:${cipher.fingerprint('import.line', JSON.stringify(content)).toString('base64url')}`,
  checkin,
});
