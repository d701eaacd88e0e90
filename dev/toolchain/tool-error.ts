/** Something outside the project is missing or unusable. The message says what, why, and what to do about it. */
export class ToolError extends Error {
  override name = 'ToolError';

  constructor(problem: string, remedies: readonly string[]) {
    super([problem, ...remedies.map((remedy) => `  - ${remedy}`)].join('\n'));
  }
}
