import { formatBytes, formatSeconds, formatTime } from './format.ts';
import type { ReportData } from './report-data.ts';

/** Name and text of what a report says first, for every format that people read. */
export function runFacts(report: ReportData): readonly (readonly [name: string, text: string])[] {
  return [
    ['Run', report.run],
    ['State', `${report.state} (phase ${report.phase})`],
    ['Workflow', `${report.workflowId}, start ${report.epoch}`],
    ['Started', formatTime(report.startedAt)],
    ['Finished', formatTime(report.finishedAt)],
    ['Took', formatSeconds(report.seconds)],
    ['Plan', report.planHash],
    ['Input', JSON.stringify(report.input)],
    ...(report.failure === null ? [] : [['Failure', `${report.failure.type}: ${report.failure.message}`] as const]),
    ...Object.entries(report.servers).map(([database, server]) => [`Server ${database}`, server] as const),
    ...backupFacts(report),
  ];
}

function backupFacts({ backup }: ReportData): readonly (readonly [name: string, text: string])[] {
  if (backup === null) {
    return [['Backup', 'none']];
  }
  const verified = backup.verifiedAt === null ? 'not verified' : `read back ${formatTime(backup.verifiedAt)}`;
  return [
    ['Backup', `${backup.path} on ${backup.host} (${formatBytes(backup.bytes)}, ${verified})`],
    ['Backup sha256', backup.sha256],
  ];
}
