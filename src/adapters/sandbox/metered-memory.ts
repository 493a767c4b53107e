/**
 * The memory of a sandbox where no control group counts it: pages of processes, and what is held in memory without being mapped
 * by any of them. What the kernel itself needs for sockets and pipes is not to be seen from outside.
 */
import { readText } from './look.ts';
import type { MemoryFolders } from './memory-folders.ts';
import { namelessMemory } from './nameless-files.ts';

export interface MeteredMemory {
  /** Bytes; exact only above `enough`, and below it cheap. */
  readonly look: (pids: readonly number[], enough: number) => number;
  /** Segments, queues and semaphores of System V, which are seen from within their namespace alone. */
  readonly tellIpc: (bytes: number) => void;
}

/** A look into all descriptors takes at most this part of the time. */
const share = 1 / 10;

export function meterMemory(folders: MemoryFolders): MeteredMemory {
  let ipc = 0;
  let nameless = { bytes: 0, shared: 0, until: 0 };
  const namelessBytes = (pids: readonly number[], shared: number, enough: number): number => {
    const began = performance.now();
    if (began < nameless.until && shared - nameless.shared < enough / 4) return nameless.bytes;
    const bytes = namelessMemory(pids, folders.devices);
    const now = performance.now();
    nameless = { bytes, shared, until: now + (now - began) / share };
    return bytes;
  };
  return {
    look: (pids, enough) => {
      let own = 0;
      let mapped = 0;
      for (const pid of pids) {
        const pages = pagesOf(pid);
        own += pages.own;
        mapped += pages.shared;
      }
      const held = folders.look().bytes + ipc;
      // No file without a name can hold more than all shared memory of the machine.
      const shared = sharedOfMachine();
      const files = own + Math.max(mapped, held + shared) <= enough ? 0 : namelessBytes(pids, shared, enough);
      // What is held is mapped as well, as a rule.
      return own + Math.max(mapped, held + files);
    },
    tellIpc: (bytes) => {
      ipc = bytes;
    },
  };
}

export interface Pages {
  /** Of the process alone, and of files; swapped ones too. */
  readonly own: number;
  /** Of memory that others may share. */
  readonly shared: number;
}

/** Bytes; nothing when the process is gone. */
const pagesOf = (pid: number): Pages => pagesIn(readText(`/proc/${pid}/status`));

/** From the text of /proc/PID/status. */
export function pagesIn(status: string): Pages {
  const field = (name: string): number => bytesAfter(name, status);
  const shared = field('RssShmem');
  return { own: field('VmRSS') - shared + field('VmSwap'), shared };
}

function sharedOfMachine(): number {
  const text = readText('/proc/meminfo');
  return bytesAfter('Shmem', text) + bytesAfter('SwapTotal', text) - bytesAfter('SwapFree', text);
}

/** Of a text with lines of `Name: 12 kB`; 0 for what is not there. */
const bytesAfter = (name: string, text: string): number =>
  Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
