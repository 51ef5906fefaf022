import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundlePath } from '../../src/bundle-workflows.ts';
import { historyFile } from './history-kinds.ts';
import { prepareBundle } from './prepare-bundle.ts';

interface RecordedEvent extends Record<string, unknown> {
  eventId: string;
  eventType: string;
}

beforeAll(prepareBundle);

/** The history of a run that was continued as new, with a further event just before its last workflow task. */
function withLateEvent(late: Record<string, unknown> & { readonly eventType: string }): { events: RecordedEvent[] } {
  const { events } = JSON.parse(gunzipSync(readFileSync(historyFile('resumed'))).toString('utf8')) as { events: RecordedEvent[] };
  expect(events.at(-1)!.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW');
  const at = events.findLastIndex(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_STARTED');
  const place = Number(events[at]!.eventId);
  const moved = events.slice(at).map((event) => shifted(event, place));
  const { eventTime, taskId } = events[at]!;
  return { events: [...events.slice(0, at), { eventTime, taskId, ...late, eventId: String(place) }, ...moved] };
}

/** What names events at or after `place` names the next ones. */
function shifted(event: RecordedEvent, place: number): RecordedEvent {
  const text = JSON.stringify(event, (key, value: unknown) =>
    /EventId$|^eventId$/.test(key) && Number(value) >= place ? String(Number(value) + 1) : value,
  );
  return JSON.parse(text) as RecordedEvent;
}

const replay = (history: object) => Worker.runReplayHistory({ workflowBundle: { codePath: bundlePath() } }, history, 'late');

describe('what comes together with the last result of a history', () => {
  it('is no reason to stay in it, where it is a pause', async () => {
    const paused = withLateEvent({
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED',
      workflowExecutionSignaledEventAttributes: { signalName: 'pause', input: {}, identity: 'an operator' },
    });
    await expect(replay(paused)).resolves.toBeUndefined();
  });

  it('ends the run in it, where it is a cancel: the next one would never hear of it', async () => {
    const cancelled = withLateEvent({
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED',
      workflowExecutionCancelRequestedEventAttributes: { cause: '' },
    });
    // The recorded run went on; with this cancel in its history the workflow does not.
    await expect(replay(cancelled)).rejects.toThrow(/Nondeterminism.*[Cc]ontinue/s);
  });
});
