/** Environment variable by which a function takes events of a REST API: `enabled`. */
export const REST_API_VARIABLE = 'LAMBDA_MCP_REST_API';
