export interface SessionWatch {
  /** Milliseconds between two looks. */
  readonly everyMs: number;
  /** Whether the server still knows the session, by a connection of its own. Throws where it cannot be asked: that says nothing. */
  readonly exists: () => Promise<boolean>;
  /** Called once, when the server says that the session is gone. */
  readonly lost: () => void;
}

/**
 * Looks now and then whether a session still exists on its server. A connection that a firewall or a proxy has forgotten is closed
 * there and open here: without this, whoever waits for an answer on it waits for ever. Returns what ends the watch.
 */
export function watchSession({ everyMs, exists, lost }: SessionWatch): () => void {
  let timer: NodeJS.Timeout;
  let over = false;
  const end = (): void => {
    over = true;
    clearTimeout(timer);
  };
  const look = async (): Promise<void> => {
    const there = await exists().catch(() => true);
    if (over) return;
    if (there) timer = setTimeout(() => void look(), everyMs);
    else {
      end();
      lost();
    }
  };
  timer = setTimeout(() => void look(), everyMs);
  return end;
}
