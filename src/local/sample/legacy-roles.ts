/** Roles that the dump of common_oltp names and a fresh server lacks: created without login before it is loaded. */
export const LEGACY_ROLES = [
  'topcoder',
  'coder',
  'db_sales_im',
  'veredox',
  'openaim',
  'truveo',
  'cockpit',
  'winformula',
  'openxtraz',
  'pgsyncuser',
  'qatcuser',
] as const;
