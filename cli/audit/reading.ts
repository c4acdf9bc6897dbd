/** What was read, and what could not be: half an audit must look like half an audit. */
export interface Reading {
  /** Where from, in words. */
  readonly sources: string[];
  /** Names of files, or of lines of them, that make no sense here. */
  readonly notUnderstood: string[];
  /** What ends before its time, in words. */
  readonly cut: string[];
  /** What a reader must know beside that, in words. */
  readonly remarks: string[];
}

export function newReading(): Reading {
  return { sources: [], notUnderstood: [], cut: [], remarks: [] };
}
