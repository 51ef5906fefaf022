import { duplicateKey } from '../rules.ts';
import type { TablePlan } from '../types.ts';

/** Countries by their legacy code, with their ISO codes. */
export const countries: TablePlan = {
  table: 'countries',
  source: 'common_oltp',
  sourceTable: 'country',
  from: '{country} s',
  key: [{ column: 'country_code', from: 's.country_code', type: 'text', target: 'code' }],
  columns: [
    { name: 'code', from: 's.country_code', cast: 'text', required: true, exact: true },
    { name: 'name', from: 's.country_name', cast: 'text' },
    { name: 'iso_name', from: 's.iso_name', cast: 'text' },
    { name: 'iso_alpha2', from: 's.iso_alpha2_code', cast: 'text' },
    { name: 'iso_alpha3', from: 's.iso_alpha3_code', cast: 'text' },
    { name: 'region', from: 's.region', cast: 'text' },
    { name: 'longitude', from: 's.longitude', cast: 'numeric' },
    { name: 'latitude', from: 's.latitude', cast: 'numeric' },
    { name: 'participating', from: 's.participating', cast: 'flag' },
    { name: '_modified_at', from: 's.modify_date', cast: 'utc', carry: true },
  ],
  rules: [duplicateKey(['code'], '_modified_at DESC NULLS LAST, code')],
};
