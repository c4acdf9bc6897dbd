import { spawnSync } from 'node:child_process';

/** Whether the AWS CLI is on this machine: then it is run beside the command. */
export const hasAwsCli = spawnSync('aws', ['--version']).status === 0;
