import { Type } from '@mikro-orm/core';

// The ORM hands the NULLs of nullable columns to these too, whatever their signature says.

/** `timestamptz` as `Temporal.Instant`. PostgreSQL keeps microseconds, so that is what survives a round trip. */
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

/** `date` as `Temporal.PlainDate`: a day without a zone. */
export class PlainDateType extends Type<Temporal.PlainDate, string> {
  override convertToDatabaseValue(value: Temporal.PlainDate): string {
    return value === null ? value : value.toString();
  }

  override convertToJSValue(value: string): Temporal.PlainDate {
    return value === null ? value : Temporal.PlainDate.from(value);
  }

  override compareAsType(): string {
    return 'string';
  }

  override get runtimeType(): string {
    return 'Temporal.PlainDate';
  }

  override getColumnType(): string {
    return 'date';
  }
}
