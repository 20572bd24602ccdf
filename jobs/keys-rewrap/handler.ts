import type { Deps } from '../../shared/compose.ts';
import type { Handler } from '../../shared/ledger/handler.ts';
import { permanent } from '../../shared/platform/errors.ts';
import { type Rotation, rotateMasterKey } from '../../shared/privacy/index.ts';
import type { keysRewrap } from './contract.ts';

/** Commits key by key in `prepare`: whenever it is stopped, what is done stays done and the next run does the rest. */
export const keysRewrapHandler = ({
  keyWrapping,
}: Pick<Deps, 'keyWrapping'>): Handler<typeof keysRewrap, Rotation> => ({
  async prepare(_payload, { transaction, signal, logger }) {
    const rotation = await rotateMasterKey(
      { database: { transaction }, keyWrapping },
      {
        signal,
        onProgress: (progress) =>
          logger.throttled('keys.rewrap', 'info', 'Keys are being wrapped with the new master key', { ...progress }),
      },
    );
    // Told as a dead letter, once all the others are safe: somebody may still find the master key of these.
    if (rotation.unreadable > 0)
      throw permanent('keys_unreadable', `${rotation.unreadable} keys are under no master key that can be used.`);
    return rotation;
  },
  async effect(_payload, _context, rotation) {
    return rotation;
  },
});
