import { describe, expect, it } from '@jest/globals';
import {
  addProcessMetrics,
  createMetrics,
  mergeMetrics,
  snapshotMetrics,
} from '../../../shared/platform/telemetry/metrics.ts';

describe('the metrics of a process', () => {
  it('have the agreed names and labels', async () => {
    const text = await createMetrics().registry.metrics();
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(names.sort()).toEqual([
      'amira_auth_failures_total',
      'amira_breaker_state',
      'amira_business_total',
      'amira_db_pool_in_use',
      'amira_db_pool_max',
      'amira_db_query_seconds',
      'amira_event_streams',
      'amira_http_request_duration_seconds',
      'amira_job_run_seconds',
      'amira_job_wait_seconds',
      'amira_ledger_pending',
      'amira_limit_refusals_total',
      'amira_limits_degraded',
      'amira_objects_swept_total',
      'amira_pool_depth',
      'amira_pool_desired_workers',
      'amira_pool_oldest_seconds',
      'amira_pool_workers',
      'amira_push_total',
      'amira_relay_lag_seconds',
      'amira_schedule_last_slot_timestamp',
      'amira_upload_failures_total',
    ]);
  });

  it('are its own', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.ledgerPending.set(5);
    expect(await other.registry.metrics()).not.toContain('amira_ledger_pending 5');
  });

  it('can include what Node tells of the process', async () => {
    const metrics = createMetrics();
    addProcessMetrics(metrics);
    expect(await metrics.registry.metrics()).toContain('nodejs_eventloop_lag_p99_seconds');
  });
});

describe('the metrics of several processes', () => {
  it('add up what each did and agree on what all see', async () => {
    const processes = [createMetrics(), createMetrics()];
    for (const [index, metrics] of processes.entries()) {
      metrics.pushTotal.inc({ kind: 'achievement', outcome: 'sent' }, 2);
      metrics.jobRunSeconds.observe({ pool: 'push', kind: 'push.flush', outcome: 'done' }, 0.02);
      metrics.dbPoolInUse.set(3);
      metrics.poolDepth.set({ pool: 'push', state: 'pending' }, 10 + index);
    }
    // As it travels between processes.
    const snapshots = JSON.parse(JSON.stringify(await Promise.all(processes.map(snapshotMetrics))));
    const text = await mergeMetrics(snapshots);
    expect(text).toContain('amira_push_total{kind="achievement",outcome="sent"} 4');
    expect(text).toContain('amira_job_run_seconds_count{pool="push",kind="push.flush",outcome="done"} 2');
    expect(text).toContain('amira_db_pool_in_use 6');
    expect(text).toContain('amira_pool_depth{pool="push",state="pending"} 11');
  });

  it('survive a process that has none', async () => {
    expect(await mergeMetrics([])).toBe('\n');
  });
});
