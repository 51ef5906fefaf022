import { compare } from './compare.ts';
import { balanced, totals } from './equation.ts';
import { formatCount, formatSeconds } from './format.ts';
import type { ReportData } from './report-data.ts';

/** The outcome in one line. */
export function outcomeLine(report: ReportData): string {
  const { state, failure, phase, seconds, tables, chunks } = report;
  if (state === 'done') {
    const sum = totals(tables);
    const lost = sum.source - sum.loaded - sum.merged - sum.rejected;
    const parts = [
      `${formatCount(sum.loaded)} loaded`,
      `${formatCount(sum.merged)} merged`,
      `${formatCount(sum.rejected)} kept out, each with its reason`,
    ];
    return `${formatCount(sum.source)} source rows: ${parts.join(', ')}; ${lost === 0 ? 'none lost' : `${formatCount(lost)} UNACCOUNTED FOR`}. Took ${formatSeconds(seconds)}.`;
  }
  const landed = chunks.filter((chunk) => chunk.state === 'done').length;
  const where = `${landed} of ${chunks.length} chunks have landed`;
  if (failure !== null) return `Failed in ${phase}: ${failure.type}. ${failure.message} ${where}.`;
  if (state === 'closed') return `Closed in ${phase}: it cannot be resumed. ${where}.`;
  if (state === 'aborted') return `Aborted in ${phase}; a new start goes on from there. ${where}.`;
  return `Not over yet: ${state} in ${phase}. ${where}.`;
}

/** A thing that a reader would want to know, answered. `ok` null: neither good nor bad, or not known yet. */
export interface Check {
  readonly ok: boolean | null;
  readonly what: string;
  readonly text: string;
}

/** What an operator asks first, in the order in which it is asked. */
export function checks(report: ReportData): readonly Check[] {
  return [
    equationCheck(report),
    predictionCheck(report),
    proofCheck(report),
    sourcesCheck(report),
    constraintsCheck(report),
    backupCheck(report),
  ];
}

function equationCheck({ tables }: ReportData): Check {
  const holds = tables.map(balanced);
  const wrong = tables.filter((_table, index) => holds[index] === false).map(({ table }) => table);
  const open = holds.filter((one) => one === null).length;
  const what = 'Every row is accounted for';
  if (wrong.length > 0) return { ok: false, what, text: `source is not loaded + merged + rejected in ${wrong.join(', ')}` };
  if (tables.length === 0 || open > 0) return { ok: null, what, text: `${open} of ${tables.length} tables are not counted yet` };
  return { ok: true, what, text: `source = loaded + merged + rejected in each of ${tables.length} tables` };
}

function predictionCheck(report: ReportData): Check {
  const compared = compare(report);
  const what = 'It went as predicted';
  const wrong = compared.filter(({ same }) => same === false).length;
  const right = compared.filter(({ same }) => same === true).length;
  if (compared.length === 0) return { ok: null, what, text: 'preflight kept no predictions of this run' };
  if (wrong > 0 && report.events.some(({ event }) => event === 'moved')) {
    return { ok: null, what, text: `${wrong} of ${right + wrong} counts differ from what preflight predicted: the sources moved since` };
  }
  if (wrong > 0) return { ok: false, what, text: `${wrong} of ${right + wrong} counts differ from what preflight predicted` };
  if (right === 0) return { ok: null, what, text: 'nothing is counted yet' };
  return { ok: true, what, text: `all ${formatCount(right)} counts are what preflight predicted` };
}

function proofCheck({ chunks, input, differences }: ReportData): Check {
  const what = 'Every value is proved';
  const differing = differences.reduce((sum, one) => sum + one.rows, 0);
  if (differing > 0) return { ok: false, what, text: `${formatCount(differing)} rows differ: see identity_migration.differences` };
  if (input['verify'] === 'counts') return { ok: null, what, text: 'counts only were asked for' };
  const proved = chunks.filter((chunk) => chunk.proved).length;
  const all = proved === chunks.length && proved > 0;
  return {
    ok: all ? true : null,
    what,
    text: `${formatCount(proved)} of ${formatCount(chunks.length)} chunks proved twice: stored = sent, and decoded = source`,
  };
}

function sourcesCheck({ events, input, state }: ReportData): Check {
  const what = 'The sources stood still';
  const moved = events.flatMap((event) => (event.event === 'moved' ? [event] : []));
  if (moved.length > 0) {
    const rounds = new Set(moved.map((event) => `${event.epoch}.${event.round}`)).size;
    const tables = [...new Set(moved.map((event) => event.table))];
    const chunks = moved.reduce((sum, event) => sum + event.chunks, 0);
    const again = chunks === 1 ? '1 chunk' : `${formatCount(chunks)} chunks`;
    const text = `moved during the run: ${again} of ${tables.join(', ')} ${chunks === 1 ? 'was' : 'were'} copied again, in ${rounds} round${rounds === 1 ? '' : 's'}`;
    return { ok: state === 'done' ? true : null, what: 'The sources moved', text };
  }
  if (input['verify'] === 'counts') return { ok: null, what, text: 'compared by their counts alone' };
  return state === 'done'
    ? { ok: true, what, text: 'no chunk changed at its source while the run went on' }
    : { ok: null, what, text: 'not known yet' };
}

function constraintsCheck({ steps }: ReportData): Check {
  const what = 'Keys, indexes and references stand';
  const built = steps.filter(
    ({ list, kind }) => list === 'constrain' && (kind === 'unique_index' || kind === 'index' || kind === 'foreign_key'),
  );
  const checked = steps.some(({ list, step, done }) => list === 'verify' && step === 'verify constraints' && done);
  const of = (kind: string) => formatCount(built.filter((step) => step.kind === kind).length);
  if (!checked) return { ok: null, what, text: 'not yet' };
  return { ok: true, what, text: `${of('unique_index')} keys, ${of('index')} indexes, ${of('foreign_key')} foreign keys, all valid` };
}

function backupCheck({ backup, input }: ReportData): Check {
  if (backup !== null) {
    const verified = backup.verifiedAt !== null;
    const text = `in ${backup.path} on ${backup.host}, ${verified ? 'read back whole' : 'NOT read back'}`;
    return { ok: verified, what: 'What was there before is saved', text };
  }
  const unwanted = input['backup'] === false;
  return {
    ok: null,
    what: 'What was there before',
    text: unwanted ? 'was not backed up, as was asked for' : 'nothing, so there is no backup',
  };
}
