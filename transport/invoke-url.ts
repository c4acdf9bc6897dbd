/** Where a request to an invoked function seems to go: the function sees its path only. */
export const invokeUrl = new URL('https://invoke.lambda.local/');
