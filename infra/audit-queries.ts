/** A CloudWatch Logs Insights query over the functions' logs, or over those and the trail's. */
export interface AuditQuery {
  readonly name: string;
  readonly over: 'functions' | 'functions and trail';
  /** Its lines. */
  readonly query: readonly string[];
}

/**
 * The questions that an audit asks. The server's log line has `requestId`, `method`, `tool`, `caller`, `outcome`,
 * `bytesIn` and `bytesOut`; a CloudTrail record has `requestID`, `userIdentity.arn`, `eventName` and `errorCode`. The
 * same invocation has the same request id in both.
 *
 * Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax"; AWS CloudTrail User
 * Guide, "CloudTrail record contents".
 */
export const AUDIT_QUERIES: readonly AuditQuery[] = [
  {
    name: 'Who called which tool',
    over: 'functions',
    query: [
      'filter method = "tools/call"',
      '| stats count(*) as calls, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by caller, tool, outcome',
      '| sort calls desc',
    ],
  },
  {
    name: 'Refusals',
    over: 'functions and trail',
    query: [
      '# Refused by the server, or by AWS before the server ran',
      'filter outcome = "rejected" or (eventSource = "lambda.amazonaws.com" and ispresent(errorCode))',
      '| fields coalesce(caller, userIdentity.arn) as who, coalesce(tool, method, eventName) as what',
      '| fields coalesce(requestId, requestID) as request',
      '| display @timestamp, who, what, errorCode, errorMessage, request',
      '| sort @timestamp desc',
    ],
  },
  {
    name: 'Use by caller',
    over: 'functions',
    query: [
      'filter ispresent(outcome)',
      '| stats count(*) as messages, count_distinct(tool) as tools, sum(bytesIn) as received, sum(bytesOut) as sent by caller',
      '| sort messages desc',
    ],
  },
  {
    name: 'Calls without a trail record',
    over: 'functions and trail',
    query: [
      '# CloudTrail delivers some minutes late: let the time range end a quarter of an hour ago',
      'filter ispresent(outcome) or ispresent(eventID)',
      '| fields coalesce(requestId, requestID) as id',
      '| stats count(outcome) as answers, count(eventID) as records, max(caller) as who, max(tool) as what by id',
      '| filter answers > 0 and records = 0',
    ],
  },
];
