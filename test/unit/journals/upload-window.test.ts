import { describe, expect, it } from '@jest/globals';
import { uploadClosesAt } from '../../../shared/journals/upload-window.ts';

describe('an address for an upload', () => {
  it('can be used for 15 minutes, and clocks may differ by one', () => {
    expect(uploadClosesAt(Temporal.Instant.from('2026-11-21T10:00:00Z')).toString()).toBe('2026-11-21T10:16:00Z');
  });
});
