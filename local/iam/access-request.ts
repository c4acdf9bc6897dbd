import type { PolicyDocument } from './policy.ts';
import type { IamPrincipal } from './principal.ts';

/** What a principal wants to do. One API call may need several: a function URL needs two actions. */
export interface AccessRequest {
  readonly principal: IamPrincipal;
  /** `lambda:InvokeFunction` */
  readonly action: string;
  /** ARN of the function, with `:QUALIFIER` if it is called so. */
  readonly resource: string;
  /** 12 digits, as in `resource`. */
  readonly resourceAccountId: string;
  /** The one of the function, version or alias that `resource` names. @default none is attached */
  readonly resourcePolicy?: PolicyDocument;
  /**
   * Condition keys of the request; case-insensitive. Those of the principal are filled in, as are `aws:ResourceAccount` and,
   * from `aws:CurrentTime`, `aws:EpochTime`.
   */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}
