import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** One process's registry as JSON, as it travels to whoever answers `/metrics` for several processes. */
export type MetricsSnapshot = MetricObjectWithValues<MetricValue<string>>[];

/** Every metric of this process, in a registry of its own. Dashboards, alerts and autoscalers rely on the names. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];

  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  /** Of several processes that say the same of the whole system, the largest is the truth. */
  const systemGauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name, help, labelNames, registers, aggregator: 'max' });
  /** What every process says of itself adds up. */
  const processGauge = (name: string, help: string) => new Gauge({ name, help, registers, aggregator: 'sum' });

  return {
    registry,
    httpRequestDurationSeconds: histogram(
      'amira_http_request_duration_seconds',
      'From the request to the end of its answer.',
      ['route', 'method', 'status'],
    ),
    jobWaitSeconds: histogram('amira_job_wait_seconds', 'From when a job could run to its claim.', [
      'pool',
      'kind',
      'outcome',
    ]),
    jobRunSeconds: histogram('amira_job_run_seconds', 'From the claim of a job to its end.', [
      'pool',
      'kind',
      'outcome',
    ]),
    poolDepth: systemGauge('amira_pool_depth', 'Jobs of a pool by state.', ['pool', 'state']),
    poolOldestSeconds: systemGauge('amira_pool_oldest_seconds', 'Wait of the oldest job that could run.', ['pool']),
    poolWorkers: systemGauge('amira_pool_workers', 'Worker processes that run a pool.', ['pool']),
    poolDesiredWorkers: systemGauge('amira_pool_desired_workers', 'Worker processes a pool should have.', ['pool']),
    ledgerPending: systemGauge('amira_ledger_pending', 'Jobs that could run and are not in a queue yet.'),
    relayLagSeconds: systemGauge('amira_relay_lag_seconds', 'Wait of the oldest job that is not in a queue yet.'),
    pushTotal: counter('amira_push_total', 'Pushes by what became of them.', ['kind', 'outcome']),
    breakerState: systemGauge('amira_breaker_state', '1 while a dependency is left alone, else 0.', ['dependency']),
    limitRefusalsTotal: counter('amira_limit_refusals_total', 'Requests refused by a limit.', ['limit']),
    limitsDegraded: systemGauge('amira_limits_degraded', '1 while the limits cannot use their store, else 0.'),
    authFailuresTotal: counter('amira_auth_failures_total', 'Refused sign-ins and tokens.', ['reason']),
    uploadFailuresTotal: counter('amira_upload_failures_total', 'Recordings that were refused.', ['reason']),
    eventStreams: processGauge('amira_event_streams', 'Streams of events that are open.'),
    objectsSweptTotal: counter('amira_objects_swept_total', 'What sweeps of the object store came upon.', ['outcome']),
    dbQuerySeconds: histogram('amira_db_query_seconds', 'Time of a statement or transaction.', ['kind']),
    dbPoolInUse: processGauge('amira_db_pool_in_use', 'Database connections in use.'),
    dbPoolMax: processGauge('amira_db_pool_max', 'Database connections there may be.'),
    businessTotal: counter('amira_business_total', 'What people did.', ['event']),
    scheduleLastSlot: systemGauge(
      'amira_schedule_last_slot_timestamp',
      'The newest slot a schedule fired for, in seconds since 1970.',
      ['schedule'],
    ),
  };
}

/** Seconds. From a statement's half millisecond to a job's quarter of an hour. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300, 900];

/** Adds what Node tells of the process (memory, CPU, event-loop delay, garbage collection). For entry points. */
export const addProcessMetrics = ({ registry }: Metrics): void => collectDefaultMetrics({ register: registry });

export const snapshotMetrics = ({ registry }: Metrics): Promise<MetricsSnapshot> =>
  registry.getMetricsAsJSON() as Promise<MetricsSnapshot>;

/** The text of `/metrics` for several processes: counters and histograms add up, gauges as each is declared. */
export const mergeMetrics = (snapshots: readonly MetricsSnapshot[]): Promise<string> =>
  AggregatorRegistry.aggregate([...snapshots]).metrics();
