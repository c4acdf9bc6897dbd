import { CredentialsError } from '../errors.ts';
import type * as node from './node.ts';

/** A browser or a worker makes its connections itself. */
export const createNetwork: typeof node.createNetwork = ({ dispatcher, requestHandler }) => ({
  dispatcher: async () => dispatcher,
  requestHandler: async () => requestHandler,
  wake: async () => {},
  used: () => {},
});

/** A browser or a worker has no files and no metadata service to read credentials from. */
export const loadCredentialChain: typeof node.loadCredentialChain = async () => {
  throw new CredentialsError(
    'No AWS credentials: here is neither an environment nor a file to read them from.',
    undefined,
    'Set them: give the option `credentials`.',
  );
};
