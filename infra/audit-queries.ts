import { LOG_NAMESPACE } from '../wire/log-namespace.ts';

/** A CloudWatch Logs Insights query over the functions' logs, or over those and the trail's. */
export interface AuditQuery {
  readonly name: string;
  readonly over: 'functions' | 'functions and trail';
  /** Its lines. */
  readonly query: readonly string[];
}

/**
 * The questions that an audit asks. The server's log line has `requestId`, `method`, `tool`, `caller`, `outcome`,
 * `bytesIn`, `bytesOut` and its environment's `mark`; what announces a mark has `announces`; a CloudTrail record has `requestID`, `userIdentity.arn`, `eventName` and `errorCode`. The
 * same invocation has the same request id in both.
 *
 * Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs Insights language query syntax"; AWS CloudTrail User
 * Guide, "CloudTrail record contents".
 */
/** A line of the server's at the top level of the log, not one within what `console` wrapped. */
const LINES = `_aws.CloudWatchMetrics.0.Namespace = "${LOG_NAMESPACE}"`;

export const AUDIT_QUERIES: readonly AuditQuery[] = [
  {
    name: 'Who called which tool',
    over: 'functions',
    query: [
      `filter ${LINES} and method = "tools/call"`,
      '| stats count(*) as calls, min(@timestamp) as firstSeen, max(@timestamp) as lastSeen by caller, tool, outcome',
      '| sort calls desc',
    ],
  },
  {
    name: 'Refusals',
    over: 'functions and trail',
    query: [
      '# Refused by the server, or by AWS before the server ran',
      `filter (${LINES} and outcome = "rejected") or (eventSource = "lambda.amazonaws.com" and ispresent(errorCode))`,
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
      `filter ${LINES}`,
      '| stats count(*) as messages, count_distinct(tool) as tools, sum(bytesIn) as received, sum(bytesOut) as sent by caller',
      '| sort messages desc',
    ],
  },
  {
    name: 'Marks that were announced never or twice',
    over: 'functions',
    query: [
      '# Lines with such a mark were printed by something else than the server. Take a time range of a day more than asked:',
      '# an environment announces its mark once, when it begins',
      'filter ispresent(announces) or ispresent(mark)',
      '| fields coalesce(announces, mark) as environment',
      '| stats count(announces) as announced, count(mark) as lines, max(caller) as who, max(tool) as what by @logStream, environment',
      '| filter announced != 1',
    ],
  },
  {
    name: 'Marks announced without a reset',
    over: 'functions',
    query: [
      '# Each begins with an initialisation, or follows an invocation that broke: more marks than those are forged',
      'filter ispresent(announces) or @message like /^INIT_(START|REPORT)/ or type like /^platform.init(Start|Report)$/ ' +
        'or @message like /^REPORT .*Status: (timeout|error)/ or (type = "platform.report" and record.status != "success")',
      '| stats count(announces) as announced, count(*) - count(announces) as resets by @logStream',
      '| filter announced > resets',
    ],
  },
  {
    name: 'Several lines for one request',
    over: 'functions',
    query: [
      `filter ${LINES}`,
      '| stats count(*) as lines, count_distinct(mark) as marks, min(tool) as one, max(tool) as other by requestId',
      '| filter lines > 1',
    ],
  },
  {
    name: 'Calls without a trail record',
    over: 'functions and trail',
    query: [
      '# CloudTrail delivers some minutes late: let the time range end a quarter of an hour ago',
      `filter ${LINES} or ispresent(eventID)`,
      '| fields coalesce(requestId, requestID) as id',
      '| stats count(outcome) as answers, count(eventID) as records, max(caller) as who, max(tool) as what by id',
      '| filter answers > 0 and records = 0',
    ],
  },
];
