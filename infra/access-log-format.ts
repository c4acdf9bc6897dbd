import { ACCESS_LOG_FIELDS } from '../wire/access-log.ts';

/** The access log's line, as JSON: who called, and the id of the invocation that answered. */
export const ACCESS_LOG_FORMAT = JSON.stringify(ACCESS_LOG_FIELDS);
