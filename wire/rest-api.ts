/**
 * Environment variable by which a function takes events of a REST API: `enabled`. With `only` it takes no others, so that
 * nobody goes around the API by the function's URL.
 */
export const REST_API_VARIABLE = 'LAMBDA_MCP_REST_API';
