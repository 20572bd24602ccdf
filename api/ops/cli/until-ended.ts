import { setTimeout as pause } from 'node:timers/promises';
// Not through an index: the CLI talks HTTP, and loads no driver.
import { hasEnded } from '../../../shared/ledger/job-status.ts';

const POLL_MS = 1_000;

/** Asks how a job stands about once a second until it has ended. `tell` hears of each answer before that. */
export async function untilEnded<Standing extends { state: string | null }>(
  look: () => Promise<Standing>,
  tell: (standing: Standing) => void = () => {},
): Promise<Standing> {
  for (;;) {
    const standing = await look();
    if (standing.state !== null && hasEnded(standing.state)) return standing;
    tell(standing);
    await pause(POLL_MS);
  }
}
