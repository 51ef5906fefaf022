import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Notices } from '../../workflows/notices.ts';

describe('what an operator is told', () => {
  it('begins with the headline, whatever was told before or is told after, over any number of histories', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ maxLength: 3 }), { nil: 'a new history' }), { maxLength: 40 }), fc.nat(), (told, at) => {
        let notices = new Notices();
        told.forEach((text, index) => {
          if (index === at % told.length) notices.head('resuming run');
          if (text === 'a new history') {
            const next = new Notices();
            next.add('a signal that was there first');
            next.carryOn(notices.told);
            notices = next;
          } else notices.add(text);
        });
        if (told.length > 0) expect(notices.lines[0]).toBe('resuming run');
        expect(notices.lines.length).toBeLessThanOrEqual(9);
      }),
    );
  });

  it('keeps the latest, in their order, each once running', () => {
    const notices = new Notices();
    for (let at = 1; at <= 12; at += 1) for (const _ of 'ab') notices.add(`line ${at}`);
    expect(notices.lines).toEqual([5, 6, 7, 8, 9, 10, 11, 12].map((at) => `line ${at}`));
    const next = new Notices();
    next.add('line 12');
    next.add('line 13');
    next.carryOn(notices.told);
    expect(next.lines.slice(-3)).toEqual(['line 11', 'line 12', 'line 13']);
  });
});
