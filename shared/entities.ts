import type { Options } from '@mikro-orm/postgresql';
import { accountEntities } from './accounts/index.ts';

/** Every entity MikroORM maps, once. */
export const entities: NonNullable<Options['entities']> = [...accountEntities];
