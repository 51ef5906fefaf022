/** Places a stretch of time on a window, 0 to 1; times in milliseconds. */
export function scaleOf(window: { readonly from: number; readonly to: number }) {
  const width = Math.max(1, window.to - window.from);
  const at = (time: number) => Math.min(1, Math.max(0, (time - window.from) / width));
  return (from: number, to: number): { from: number; to: number } => ({ from: at(from), to: at(to) });
}
