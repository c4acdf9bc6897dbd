import { clientAnswers } from './client-answers.ts';
import { clientInvocations } from './client-invocations.ts';
import { handlerEvents } from './handler-events.ts';
import { handlerMessages } from './handler-messages.ts';
import { rawHttp } from './raw-http.ts';
import { signatures } from './signatures.ts';
import { signedHttp } from './signed-http.ts';
import type { Target } from './target.ts';

// biome-ignore lint/suspicious/noExplicitAny: each target has cases of its own shape
export const TARGETS: readonly Target<any>[] = [
  handlerEvents,
  handlerMessages,
  signatures,
  rawHttp,
  signedHttp,
  clientAnswers,
  clientInvocations,
];
