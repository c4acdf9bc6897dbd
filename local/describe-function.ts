import type { LocalFunction } from './local-function.ts';

/** The settings that GetFunction tells. */
export interface FunctionSettings {
  /** Milliseconds. */
  readonly timeout: number;
  /** MB. */
  readonly memorySize: number;
  readonly concurrency: number;
}

/** The answer of GetFunction, as far as it means anything here. */
export function describeFunction(fn: LocalFunction, settings: FunctionSettings, lastModified: Date): unknown {
  return {
    Configuration: {
      FunctionName: fn.name,
      FunctionArn: fn.arn,
      Runtime: 'nodejs24.x',
      Role: `arn:${fn.partition}:iam::${fn.accountId}:role/${fn.name}`,
      Handler: 'index.handler',
      Timeout: Math.ceil(settings.timeout / 1000),
      MemorySize: settings.memorySize,
      LastModified: lastModified.toISOString().replace('Z', '+0000'),
      Version: '$LATEST',
      PackageType: 'Zip',
      Architectures: ['arm64'],
      State: 'Active',
      LastUpdateStatus: 'Successful',
      LoggingConfig: { LogFormat: 'JSON', LogGroup: `/aws/lambda/${fn.name}` },
    },
    Concurrency: { ReservedConcurrentExecutions: settings.concurrency },
  };
}

/** The answer of GetFunctionUrlConfig. */
export function describeFunctionUrl(fn: LocalFunction, functionUrl: string, createdAt: Date): unknown {
  return {
    FunctionUrl: functionUrl,
    FunctionArn: fn.arn,
    AuthType: fn.authType,
    InvokeMode: 'RESPONSE_STREAM',
    CreationTime: createdAt.toISOString(),
    LastModifiedTime: createdAt.toISOString(),
  };
}
