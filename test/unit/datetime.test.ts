import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysSince1970, microseconds, parseDatetime } from '../../src/db/mysql/datetime.ts';

const EPOCH_2000 = BigInt(Date.UTC(2000, 0, 1)) * 1000n;
const asBigint = ({ high, low }: { high: number; low: number }) => BigInt(high) * 2n ** 32n + BigInt(low);
const pad = (value: number, width = 2) => String(value).padStart(width, '0');

describe('MySQL dates as COPY sends them', () => {
  it('agrees with the platform calendar from year 1 to 9999, to the microsecond', () => {
    const days = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 999_999 }), (date, micros) => {
        const text = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}.${pad(micros, 6)}`;
        const seconds = Math.floor(date.getTime() / 1000);
        expect(asBigint(parseDatetime(Buffer.from(text))!)).toBe(BigInt(seconds) * 1_000_000n + BigInt(micros) - EPOCH_2000);
      }),
    );
  });

  it('reads shorter fractions and dates without a time', () => {
    expect(asBigint(parseDatetime(Buffer.from('2000-01-01'))!)).toBe(0n);
    expect(asBigint(parseDatetime(Buffer.from('2000-01-01 00:00:01.5'))!)).toBe(1_500_000n);
    expect(asBigint(parseDatetime(Buffer.from('1999-12-31 23:59:59.000001'))!)).toBe(-999_999n);
  });

  it.each(['0000-00-00 00:00:00', '2020-00-15 00:00:00', '2020-01-00', '2021-02-31 10:00:00', '2021-13-01', '1900-02-29', '0000-05-05'])(
    'calls %s no date',
    (text) => {
      expect(parseDatetime(Buffer.from(text))).toBeNull();
    },
  );

  it('keeps leap days', () => {
    expect(parseDatetime(Buffer.from('2000-02-29'))).not.toBeNull();
    expect(daysSince1970(2000, 3, 1) - daysSince1970(2000, 2, 28)).toBe(2);
  });

  it('is exact beyond 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), fc.integer({ min: 0, max: 999_999 }), (seconds, fraction) => {
        expect(asBigint(microseconds(seconds, fraction))).toBe(BigInt(seconds) * 1_000_000n + BigInt(fraction));
      }),
    );
  });
});
