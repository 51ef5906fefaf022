import type { ActivityOptions } from '@temporalio/workflow';
import type { RunRef, RunStatus } from '../activities/types.ts';
import { activitiesWith, activityOptions, type Activities } from './activities.ts';
import type { Control } from './control.ts';
import { patiently, type Waiting } from './patience.ts';
import type { RunProgress } from './run-progress.ts';

/** A run that holds the lock: what every phase works with. */
export class RunContext {
  readonly ref: RunRef;
  readonly status: RunStatus;
  readonly control: Control;
  readonly progress: RunProgress;
  readonly activities: Activities;
  readonly activityOptions: ActivityOptions;
  readonly #waiting: Waiting;

  constructor(status: RunStatus, control: Control, progress: RunProgress, waiting: Waiting) {
    this.ref = { run: status.run, epoch: status.epoch };
    this.status = status;
    this.control = control;
    this.progress = progress;
    this.activityOptions = activityOptions(status.heartbeatTimeout);
    this.activities = activitiesWith(status.heartbeatTimeout);
    this.#waiting = waiting;
  }

  /** Does `work` again while a server is away or a worker is missing; shows for which. */
  patiently<T>(name: string, work: () => Promise<T>): Promise<T> {
    return patiently(this.#waiting, name, work);
  }

  /** The gate before each new piece of work: where the run is paused, the ledger is told and nothing starts until it is resumed. */
  async restWhilePaused(): Promise<void> {
    while (this.control.paused) {
      await this.patiently('pause', () => this.activities.setState(this.ref, 'paused', this.control.pauseReason));
      this.progress.rest(true);
      await this.control.whilePaused();
      this.progress.rest(false);
      await this.patiently('resume', () => this.activities.setState(this.ref, 'running'));
    }
  }
}
