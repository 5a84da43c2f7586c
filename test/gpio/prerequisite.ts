/** A prerequisite that is missing is a skip on somebody's machine, and a failure where the tests must run. */
export function missing(why: string, env: NodeJS.ProcessEnv): { readonly skip?: string } {
  return env['CI'] === 'true' ? {} : { skip: why };
}
