import { z } from 'zod';
import { TrendWindowName } from '../../../shared/emotions/index.ts';

/** A window as an address names it; 90 days where it names none. */
export const WindowQuery = z
  .enum(TrendWindowName.values.values().map(String).toArray())
  .default('90')
  .transform((name) => TrendWindowName.parse(name === 'all' ? name : Number(name)))
  .meta({ description: 'Local days back from today' });
