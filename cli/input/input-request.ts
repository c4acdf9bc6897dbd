import type { JsonSchema } from '../mcp/definitions.ts';

/** What a server asks while it works on a request, by the keys that it gave its questions. */
export type InputRequests = Readonly<Record<string, InputRequest>>;

export interface InputRequest {
  /** `elicitation/create`, or one that this client does not offer. */
  readonly method?: string;
  readonly params?: {
    /** @default 'form' */
    readonly mode?: 'form' | 'url';
    readonly message?: string;
    /** Of a form: an object of strings, numbers, booleans and choices. */
    readonly requestedSchema?: JsonSchema;
    readonly url?: string;
  };
}

/** Source: MCP specification 2026-07-28, Elicitation, "Response Actions". */
export interface InputResponse {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Readonly<Record<string, unknown>>;
}
