/** How long a deleted journal can be had back. Days of 24 hours: nobody's calendar decides. */
const UNDO = { hours: 7 * 24 };

/**
 * Until when a journal deleted at `deletedAt` can be restored. From then on its recording is really deleted; addresses for
 * an upload, which live for minutes and are issued for no deleted journal, have long closed by then.
 */
export const undoClosesAt = (deletedAt: Temporal.Instant): Temporal.Instant => deletedAt.add(UNDO);
