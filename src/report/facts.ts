import { formatBytes, formatSeconds, formatTime } from './format.ts';
import type { ReportData } from './report-data.ts';

type Fact = readonly [name: string, text: string];

/** Name and text of what identifies a run, for every format that people read. */
export function runFacts(report: ReportData): readonly Fact[] {
  const starts = report.events.filter(({ event }) => event === 'start').length;
  return [
    ['Run', report.run],
    ['State', `${report.state} (phase ${report.phase})`],
    ['Workflow', `${report.workflowId}, start ${report.epoch}`],
    ...startedBy(report),
    ['Started', formatTime(report.startedAt)],
    ['Finished', formatTime(report.finishedAt)],
    ['Took', `${formatSeconds(report.seconds)}${starts > 1 ? `, in ${starts} starts` : ''}`],
    ['Plan', report.planHash],
    ['Input', JSON.stringify(report.input)],
    ...(report.failure === null ? [] : [['Failure', `${report.failure.type}: ${report.failure.message}`] as const]),
    ...Object.entries(report.servers).map(([database, server]) => [`Server of ${database}`, server] as const),
    ...(report.builds === null ? [] : [['Index builds', buildsText(report.builds)] as const]),
    ...backupFacts(report),
  ];
}

/** Of the newest start. */
function startedBy({ events }: ReportData): readonly Fact[] {
  const start = events.findLast((event) => event.event === 'start');
  if (start?.event !== 'start') return [];
  return [
    ['Started by', start.by ?? 'unknown'],
    ['Why', start.reason ?? 'no reason was given'],
  ];
}

function buildsText(builds: NonNullable<ReportData['builds']>): string {
  return Object.entries(builds)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function backupFacts({ backup }: ReportData): readonly Fact[] {
  if (backup === null) {
    return [['Backup', 'none']];
  }
  const verified = backup.verifiedAt === null ? 'not verified' : `read back ${formatTime(backup.verifiedAt)}`;
  return [
    ['Backup', `${backup.path} on ${backup.host} (${formatBytes(backup.bytes)}, ${verified})`],
    ['Backup sha256', backup.sha256],
  ];
}
