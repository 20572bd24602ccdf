import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { UserId } from '../../../shared/platform/ids.ts';
import { type SealedColumn, userCipher } from '../../../shared/privacy/sealed-text.ts';

const ADA = '01980000-0000-7000-8000-00000000000a' as UserId;
const BEN = '01980000-0000-7000-8000-00000000000b' as UserId;
const key = Buffer.alloc(32, 7);
const cipher = userCipher(ADA, key);
const unreadable = expect.objectContaining({ code: 'sealed_text_unreadable' });

const texts = fc.string({ unit: 'binary', maxLength: 300 });
const columns = fc.constantFrom<SealedColumn>(
  'checkin.notes',
  'checkin.context',
  'journal.title',
  'account.display_name',
);

describe('a sealed text', () => {
  it('opens as it was, whatever it says', () => {
    fc.assert(
      fc.property(columns, texts, (column, text) => {
        expect(cipher.open(column, cipher.seal(column, text))).toBe(text);
      }),
    );
  });

  it('does not open once any bit of it has changed', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.integer({ min: 0, max: 7 }), (text, at, bit) => {
        const sealed = cipher.seal('checkin.notes', text);
        const changed = Buffer.from(sealed);
        changed[at % sealed.length] = (changed[at % sealed.length] as number) ^ (1 << bit);
        expect(() => cipher.open('checkin.notes', changed)).toThrow(unreadable);
      }),
    );
  });

  it('does not open once it has been cut or lengthened', () => {
    const sealed = cipher.seal('checkin.notes', 'calm');
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => cipher.open('checkin.notes', sealed.subarray(0, length))).toThrow(unreadable);
    expect(() => cipher.open('checkin.notes', Buffer.concat([sealed, Buffer.of(0)]))).toThrow(unreadable);
  });

  it('opens in no other column, for nobody else, and with no other key', () => {
    const sealed = cipher.seal('checkin.notes', 'calm');
    expect(() => cipher.open('checkin.context', sealed)).toThrow(unreadable);
    expect(() => userCipher(BEN, key).open('checkin.notes', sealed)).toThrow(unreadable);
    expect(() => userCipher(ADA, Buffer.alloc(32, 8)).open('checkin.notes', sealed)).toThrow(unreadable);
  });

  it('looks different each time, and is 29 bytes longer than the text', () => {
    const [one, other] = [cipher.seal('device.name', 'Pixel'), cipher.seal('device.name', 'Pixel')];
    expect(one.equals(other)).toBe(false);
    expect(one).toHaveLength(5 + 29);
    expect(one[0]).toBe(1);
  });

  it('is refused half a character, which could not come back', () => {
    expect(() => cipher.seal('device.name', 'Pixel \ud83d')).toThrow(TypeError);
  });
});

describe('a fingerprint', () => {
  it('is the same for the same text of the same person and purpose, and for nothing else', () => {
    const same = cipher.fingerprint('checkin_client_id.body_hash', 'calm');
    expect(userCipher(ADA, key).fingerprint('checkin_client_id.body_hash', 'calm').equals(same)).toBe(true);
    const others = [
      cipher.fingerprint('checkin_client_id.body_hash', 'calmer'),
      cipher.fingerprint('idempotency_key.request_hash', 'calm'),
      userCipher(ADA, Buffer.alloc(32, 8)).fingerprint('checkin_client_id.body_hash', 'calm'),
    ];
    expect(others.filter((other) => other.equals(same))).toEqual([]);
    expect(same).toHaveLength(32);
  });
});
