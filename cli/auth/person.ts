/** Somebody who can sign in now. */
export interface Person {
  /** Tells them something: on stderr, or in a log. */
  tell(text: string): void;
  /** Asks for the URL that the browser came back to; undefined when they give none. Without it a browser is opened. */
  readonly askForRedirect?: ((problem: string | undefined) => Promise<string | undefined>) | undefined;
}
