/** How long the address for an upload is good for, in seconds. */
export const uploadSeconds = 15 * 60;

/** When nothing more can begin to arrive at an address that was issued at `issuedAt` or before. */
export const uploadClosesAt = (issuedAt: Temporal.Instant): Temporal.Instant =>
  // A minute for the clocks of the api and of the object store to differ.
  issuedAt.add({ seconds: uploadSeconds + 60 });
