import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localDirectory } from '../../src/local/local-directory.ts';

const MEGABYTE = 1 << 20;

/** A file system in memory for the target's tables, which can be filled to the last page. */
export class SmallDisk {
  readonly directory: string;
  readonly #ballast: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.#ballast = join(directory, 'ballast');
  }

  /** Null where this user may not mount one. What dead processes left mounted is taken away. */
  static mount(megabytes: number): SmallDisk | null {
    const parent = join(localDirectory(), 'small-disks');
    mkdirSync(parent, { recursive: true });
    for (const pid of readdirSync(parent)) if (!existsSync(`/proc/${pid}`)) new SmallDisk(join(parent, pid)).unmount();
    const directory = join(parent, String(process.pid));
    mkdirSync(directory);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory], { stdio: 'ignore' });
    } catch {
      rmdirSync(directory);
      return null;
    }
    chmodSync(directory, 0o755);
    return new SmallDisk(directory);
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.directory);
    const block = Buffer.alloc(MEGABYTE);
    for (let left = bavail * bsize; left > 0; left -= MEGABYTE) {
      writeFileSync(this.#ballast, left < MEGABYTE ? block.subarray(0, left) : block, { flag: 'a' });
    }
  }

  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  unmount(): void {
    try {
      execFileSync('umount', [this.directory], { stdio: 'ignore' });
    } catch {
      // It was never mounted, or the machine was restarted since.
    }
    rmdirSync(this.directory);
  }
}
