import type { Options } from '@mikro-orm/postgresql';

/** Every entity MikroORM maps, once. */
export const entities: NonNullable<Options['entities']> = [];
