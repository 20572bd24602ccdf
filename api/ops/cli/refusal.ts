/** The server understood and said no, or there was nothing to ask it with. */
export class Refused extends Error {}

/** Nobody answers at the address. */
export class Unreachable extends Error {}
