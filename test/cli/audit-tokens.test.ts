import { expect, it } from 'vitest';
import { type AuditCall, onBehalf } from '../../cli/audit/audit-call.ts';
import { csvLines } from '../../cli/audit/csv.ts';
import { readLogEntry } from '../../cli/audit/log-entry.ts';
import { toLogLine } from '../../server/log-line.ts';
import type { CallRecord } from '../../wire/call-record.ts';

it("shows who signed in as the token's word, never as AWS's", () => {
  const record = { requestId: 'id', caller: 'unverified', outcome: 'ok', tokenUser: '=maria', tokenClient: 'web' };
  const line = readLogEntry(JSON.stringify(toLogLine(record as CallRecord)), undefined);
  expect(line).toMatchObject({ kind: 'line', caller: undefined, tokenUser: '=maria', tokenClient: 'web' });
  const call = { ...line, caller: 'anonymous', role: 'anonymous', evidence: 'trail and log' } as unknown as AuditCall;
  expect(onBehalf(call)).toBe('=maria by web (says the token)');
  expect(onBehalf({ ...call, tokenUser: undefined })).toBe('a machine by web (says the token)');
  expect(onBehalf({ ...call, tokenClient: undefined, endUser: 'anna' })).toBe('anna');
  expect([...csvLines([call])].join('')).toMatch(/,'=maria,web\r\n$/);
});
