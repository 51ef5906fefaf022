import type { WorkflowHandle } from '@temporalio/client';

export type Event = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** Activities of every list of steps: its name is the second argument, or in it. */
const STEPPED = ['listSteps', 'runStep', 'endSteps'];
const COPY = ['planChunks', 'nextChunks', 'copyChunk', 'copySmallTable', 'finishTable', 'failTable'];

/**
 * Where a run's seconds go, from its history: per phase, from the scheduling of its first activity to the end of its last one. Phases
 * that overlap share seconds.
 */
export function secondsByPhase(events: readonly Event[]): Record<string, number> {
  const scheduled = new Map<string, string>();
  const spans = new Map<string, { from: number; to: number }>();
  for (const event of events) {
    const at = millis(event);
    const begins = event.activityTaskScheduledEventAttributes;
    if (begins) scheduled.set(String(event.eventId), phaseOf(begins));
    const id = begins ? event.eventId : event.activityTaskCompletedEventAttributes?.scheduledEventId;
    const phase = scheduled.get(String(id));
    if (phase === undefined) continue;
    const span = spans.get(phase) ?? { from: at, to: at };
    spans.set(phase, { from: span.from, to: Math.max(span.to, at) });
  }
  return Object.fromEntries([...spans].map(([phase, { from, to }]) => [phase, (to - from) / 1_000]));
}

function phaseOf(scheduled: NonNullable<Event['activityTaskScheduledEventAttributes']>): string {
  const type = scheduled.activityType?.name ?? '';
  if (COPY.includes(type)) return 'copy';
  const data = STEPPED.includes(type) ? scheduled.input?.payloads?.[1]?.data : null;
  if (!data) return type;
  const second = JSON.parse(Buffer.from(data).toString('utf8')) as string | { readonly list: string };
  return typeof second === 'string' ? second : second.list;
}

function millis({ eventTime }: Event): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1_000_000;
}
