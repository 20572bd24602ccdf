import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InstantType } from '../../../shared/platform/database/instant-type.ts';

describe('an instant in the database', () => {
  const type = new InstantType();
  const read = (text: string) => type.convertToJSValue(text).toString();

  it('is read in the form PostgreSQL writes it, whatever the session zone', () => {
    expect(read('2026-03-08 09:30:00.123456+00')).toBe('2026-03-08T09:30:00.123456Z');
    expect(read('2026-03-08 15:15:00+05:45')).toBe('2026-03-08T09:30:00Z');
  });

  it('is nothing where the column holds NULL', () => {
    for (const convert of ['convertToDatabaseValue', 'convertToJSValue'] as const) {
      expect(Reflect.apply(type[convert], type, [null])).toBeNull();
    }
  });

  it('survives the round trip to the microsecond', () => {
    fc.assert(
      fc.property(fc.bigInt(-62_000_000_000_000_000n, 250_000_000_000_000_000n), (microseconds) => {
        const instant = new Temporal.Instant(microseconds * 1000n);
        expect(read(type.convertToDatabaseValue(instant))).toBe(instant.toString());
      }),
    );
  });

  it('is a timestamp with a zone to the schema', () => {
    expect(type.getColumnType()).toBe('timestamptz');
  });
});
