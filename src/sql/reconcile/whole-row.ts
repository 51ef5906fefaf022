/** The last ORDER BY term: rows that `keep` cannot tell apart are told apart by their text, so that each run keeps the same one. */
export const WHOLE_ROW = '(t.*)::text COLLATE "C"';
