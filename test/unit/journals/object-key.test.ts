import { describe, expect, it } from '@jest/globals';
import { isIssuedFor, newObjectKey } from '../../../shared/journals/object-key.ts';
import { type JournalId, newId, type UserId } from '../../../shared/platform/ids.ts';

const [user, journal] = [newId<UserId>(), newId<JournalId>()];

describe('an object key', () => {
  it('is new every time and belongs to its user and journal alone', () => {
    const [first, second] = [newObjectKey(user, journal), newObjectKey(user, journal)];
    expect(first).not.toBe(second);
    expect([isIssuedFor(user, journal, first), isIssuedFor(user, journal, second)]).toEqual([true, true]);
    expect(isIssuedFor(newId<UserId>(), journal, first)).toBe(false);
    expect(isIssuedFor(user, newId<JournalId>(), first)).toBe(false);
  });

  it.each([
    ['its folder', (key: string) => key.slice(0, -32)],
    ['a longer key', (key: string) => `${key}0`],
    ['a deeper key', (key: string) => `${key}/0`],
    ['a key that climbs out', (key: string) => key.replace(/[0-9a-f]{32}$/, '../another')],
    ['a key behind something', (key: string) => `x/${key}`],
  ])('is not %s', (_what, change) => {
    expect(isIssuedFor(user, journal, change(newObjectKey(user, journal)))).toBe(false);
  });
});
