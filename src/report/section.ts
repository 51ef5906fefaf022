/** A stretch of a bar's scale, 0 to 1. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly tone: 'work' | 'other' | 'retry' | 'pause' | 'stopped';
  /** Said where a pointer rests on it. */
  readonly title: string;
}

/** Bars of one row, drawn in as many lanes as run side by side. Formats without pictures leave the column out. */
export interface Bars {
  readonly lanes: readonly (readonly Bar[])[];
}

/** Text, or a picture in a column of them. */
export type Cell = string | Bars;

export interface Column {
  readonly name: string;
  /** `figure`: set to the right; `mark`: `yes`, `NO` or something in between; `bars`: a picture. */
  readonly kind: 'text' | 'figure' | 'mark' | 'bars';
}

/** A table of a report. */
export interface Section {
  /** For links within the page. */
  readonly id: string;
  readonly title: string;
  /** What the reader looks at, in a sentence. */
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Sums below the rows. */
  readonly footer: readonly string[] | null;
  /** Said where there are no rows. */
  readonly empty: string;
  /** Commands and SQL that show the rows behind the figures. */
  readonly queries?: readonly string[];
}

export const text = (name: string): Column => ({ name, kind: 'text' });
export const figure = (name: string): Column => ({ name, kind: 'figure' });
export const mark = (name: string): Column => ({ name, kind: 'mark' });
export const bars = (name: string): Column => ({ name, kind: 'bars' });

/** `yes`, `NO`, or `open` where it is not known. */
export const markText = (holds: boolean | null): string => (holds === null ? 'open' : holds ? 'yes' : 'NO');
