import { readFileSync, writeFileSync } from 'node:fs';

/** What one process uses, as Linux tells it in `/proc`. All its threads count. */
export interface ProcessUsage {
  /** CPU time since its start, user and system, in seconds. Linux counts it in steps of 10 ms. */
  cpuSeconds(): number;
  /** Resident memory now, in bytes. */
  residentBytes(): number;
  /** Most resident memory since its start, or since `forgetPeak`, in bytes. */
  peakResidentBytes(): number;
  forgetPeak(): void;
}

const TICKS_PER_SECOND = 100;

export function usageOf(pid: number): ProcessUsage {
  function memory(field: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  }
  return {
    cpuSeconds() {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    residentBytes: () => memory('VmRSS'),
    peakResidentBytes: () => memory('VmHWM'),
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
  };
}
