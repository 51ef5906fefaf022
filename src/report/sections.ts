import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';
import { differencesSection, movesSection, pausesSection, startsSection } from './sections/history.ts';
import { adjustmentsSection, rejectsSection } from './sections/notes.ts';
import { rulePredictionsSection, tablePredictionsSection } from './sections/predictions.ts';
import { constraintsSection, slowestSection } from './sections/steps.ts';
import { failuresSection, tablesSection } from './sections/tables.ts';
import { copySection, phasesSection, workersSection } from './sections/times.ts';

/** Every table of the report, in reading order: what went wrong, what became of the rows, where the time went, how it came about. */
export function reportSections(report: ReportData): readonly Section[] {
  return [
    failuresSection,
    differencesSection,
    tablesSection,
    rulePredictionsSection,
    tablePredictionsSection,
    rejectsSection,
    adjustmentsSection,
    movesSection,
    phasesSection,
    copySection,
    workersSection,
    constraintsSection,
    slowestSection,
    startsSection,
    pausesSection,
  ]
    .map((section) => section(report))
    .filter((section) => section !== null);
}
