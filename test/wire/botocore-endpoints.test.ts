import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readHost } from '../../wire/aws/hosts.ts';
import { signingName } from '../../wire/aws/signing-names.ts';

const SCRIPT = `
import json, botocore.session
from botocore.config import Config
session = botocore.session.get_session()
names = {}
for service in session.get_available_services():
    model = session.get_service_model(service)
    names.setdefault(model.endpoint_prefix, []).append(model.signing_name)
endpoints = []
for service in ['lambda', 'bedrock-runtime', 'bedrock-agentcore', 'sts']:
    for region in ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1', 'eu-isoe-west-1']:
        for dual in [False, True]:
            for fips in [False, True]:
                try:
                    client = session.create_client(service, region_name=region, aws_access_key_id='a', aws_secret_access_key='b',
                        config=Config(use_dualstack_endpoint=dual, use_fips_endpoint=fips))
                    endpoints.append([client.meta.endpoint_url, client.meta.service_model.signing_name, region])
                except Exception:
                    pass
print(json.dumps({'names': names, 'endpoints': endpoints}))
`;

const { status, stdout } = spawnSync('python3', ['-c', SCRIPT], { encoding: 'utf8' });
const botocore: { names: Record<string, string[]>; endpoints: [string, string, string][] } =
  status === 0 ? JSON.parse(stdout) : { names: {}, endpoints: [] };

describe.runIf(status === 0)('beside botocore', () => {
  it('each service is signed for by its name', () => {
    const oneLabel = Object.entries(botocore.names).filter(([prefix]) => !prefix.includes('.'));
    expect(oneLabel.length).toBeGreaterThan(200);
    for (const [prefix, names] of oneLabel) expect(names, prefix).toContain(signingName(prefix));
  });

  it('each endpoint tells the service and region that botocore signs for, or is asked for by name', () => {
    expect(botocore.endpoints.length).toBeGreaterThan(80);
    for (const [url, service, region] of botocore.endpoints) {
      const read = readHost(new URL(url).hostname);
      // An older botocore knows the dual-stack suffix of the ISO partitions as that of the others.
      if (read || !/\.(?:us|eu)-iso\w*-.*\.api\.aws$/.test(url)) expect(read, url).toMatchObject({ service, region });
    }
  });
});
