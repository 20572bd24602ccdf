import { Type } from '@mikro-orm/core';

/**
 * `timestamptz` as `Temporal.Instant`. PostgreSQL keeps microseconds, so that is what survives a round trip. The ORM hands
 * the NULLs of nullable columns to it too, whatever its signature says.
 */
export class InstantType extends Type<Temporal.Instant, string> {
  override convertToDatabaseValue(value: Temporal.Instant): string {
    return value === null ? value : value.toString({ smallestUnit: 'microsecond' });
  }

  override convertToJSValue(value: string): Temporal.Instant {
    return value === null ? value : Temporal.Instant.from(value);
  }

  override compareAsType(): string {
    return 'string';
  }

  override get runtimeType(): string {
    return 'Temporal.Instant';
  }

  override getColumnType(): string {
    return 'timestamptz';
  }
}
