import { describe, expect, it } from '@jest/globals';

describe('toEqual on Temporal values', () => {
  const noon = Temporal.Instant.from('2026-03-08T12:00:00Z');
  const later = noon.add({ milliseconds: 1 });

  it('accepts two objects of the same moment', () => {
    expect(Temporal.Instant.from('2026-03-08T12:00:00Z')).toEqual(noon);
    expect({ at: [Temporal.PlainDate.from('2026-03-08')] }).toEqual({ at: [Temporal.PlainDate.from('2026-03-08')] });
  });

  it('refuses different values, at any depth', () => {
    expect(later).not.toEqual(noon);
    expect({ facts: [{ at: later }] }).not.toEqual({ facts: [{ at: noon }] });
    expect(Temporal.PlainDate.from('2026-03-08')).not.toStrictEqual(Temporal.PlainDate.from('2026-03-09'));
  });

  it('refuses another kind of the same text, and no Temporal value at all', () => {
    expect(noon).not.toEqual(noon.toZonedDateTimeISO('UTC'));
    expect(noon).not.toEqual(noon.toString());
    expect({}).not.toEqual(noon);
  });
});
