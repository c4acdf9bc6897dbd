/** Somebody who can sign in now. */
export interface Person {
  /** Tells them something: on stderr, or in a log. */
  tell(text: string): void;
  /** Whether a sign-in goes on though the request that began it was given up: a host gives up early. */
  readonly isPatient?: boolean | undefined;
  /** Asks for the URL that the browser came back to; undefined when they give none. Without it a browser is opened. */
  readonly askForRedirect?: ((problem: string | undefined) => Promise<string | undefined>) | undefined;
}
