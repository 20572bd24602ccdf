import fc from 'fast-check';
import { type Condition, Criteria } from '../../../shared/progress/criteria.ts';

const gte = fc.integer({ min: 1, max: 6 });
const window = fc.constantFrom('week' as const, 'month' as const, undefined);

export const someCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    metric: fc.constant('journals' as const),
    filter: fc.option(fc.record({ minSeconds: fc.integer({ min: 1, max: 6 }) }), { nil: undefined }),
    window,
    gte,
  }),
  fc.record({
    metric: fc.constant('active_days' as const),
    filter: fc.option(fc.record({ kind: fc.constantFrom('checkin' as const, 'journal' as const, 'tool' as const) }), {
      nil: undefined,
    }),
    window,
    gte,
  }),
  fc.record({
    metric: fc.constantFrom(
      'checkins' as const,
      'checkin_days' as const,
      'distinct_emotions' as const,
      'tools_tried' as const,
    ),
    window,
    gte,
  }),
  fc.record({ metric: fc.constant('longest_streak' as const), gte }),
);

/** Criteria without `not`: more facts can only further them. */
export const someLastingCriteria = criteriaOver(someCondition, false);

/** Any criteria that may be stored, `not` included. */
export const someCriteria = criteriaOver(someCondition, true).filter(
  (criteria) => Criteria.safeParse(criteria).success,
);

function criteriaOver(condition: fc.Arbitrary<Condition>, withNot: boolean): fc.Arbitrary<Criteria> {
  const joined = (part: fc.Arbitrary<Criteria>): fc.Arbitrary<Criteria> => {
    const parts = fc.array(part, { minLength: 1, maxLength: 3 });
    const both = [fc.record({ all: parts }), fc.record({ any: parts })];
    return fc.oneof(part, ...both, ...(withNot ? [fc.record({ not: part })] : []));
  };
  return joined(joined(condition));
}
